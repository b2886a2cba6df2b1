import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PolyphonError } from '../contract/index.ts';
import { readSmallFile } from './folder-file.ts';
import { parseYaml } from './parse-yaml.ts';
import type { Problem } from './problems.ts';
import { decodeUtf8, readSource } from './read-source.ts';

/** A secret longer than this is a file, not a secret. */
const maxSecretBytes = 65_536;
/** The operator token's variable belongs to the deployment, also when a tenant is called `admin`. */
const reserved: ReadonlySet<string> = new Set(['POLYPHON_ADMIN_TOKEN', 'POLYPHON_ENV']);

/** One tenant's namespace in the deployment's secret providers. There is no way out of it. */
export interface SecretNamespace {
  /** The value; undefined when no provider has it. */
  find(name: string): string | undefined;
  /** Names in `.secrets.yaml`, for suggestions. */
  readonly names: readonly string[];
  /** What is wrong with `.secrets.yaml` itself. */
  readonly problems: readonly Problem[];
  /** Absolute paths of files that went in. */
  readonly files: readonly string[];
}

export interface SecretOptions {
  readonly botsDirectory: string;
  readonly tenantId: string;
  /** All tenants, so that `POLYPHON_A_B_KEY` is tenant `a-b`'s and not `b_key` of tenant `a`. */
  readonly tenantIds: readonly string[];
  /** Files `<folder>/<tenant>/<name>` or `<folder>/<tenant>_<name>`, as Kubernetes and Docker mount them. */
  readonly folder: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `.secrets.yaml` first, then the folder, then `POLYPHON_<TENANT>_<NAME>`. */
export function openSecrets(options: SecretOptions): SecretNamespace {
  const { values, problems, files } = readSecretsFile(join(options.botsDirectory, options.tenantId));
  return {
    names: [...values.keys()],
    problems,
    files,
    find: (name) => values.get(name) ?? fromFolder(options, name) ?? fromEnvironment(options, name),
  };
}

function readSecretsFile(directory: string) {
  const values = new Map<string, string>();
  const problems: Problem[] = [];
  const read = readSource(directory, '.secrets.yaml');
  if (read?.problem !== undefined) return { values, problems: [read.problem], files: [] };
  if (read === undefined) return { values, problems, files: [] };
  const files = [read.source.path];
  if (read.source.text.trim() === '') return { values, problems, files };
  const parsed = parseYaml(read.source);
  problems.push(...parsed.problems);
  if (parsed.root?.kind === 'map') {
    for (const [name, { key, node }] of parsed.root.entries) {
      if (name === 'polyphon') continue;
      if (node.kind === 'scalar' && typeof node.value === 'string') values.set(name, node.value);
      else {
        problems.push({
          severity: 'error',
          code: 'BOT1010',
          place: key,
          summary: `the secret "${name}" is not a text`,
          detail: 'quote its value; every secret is one text',
        });
      }
    }
  }
  return { values, problems, files };
}

const secretName = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

function fromFolder({ folder, tenantId }: SecretOptions, name: string): string | undefined {
  if (folder === undefined || !secretName.test(name)) return undefined;
  for (const path of [join(tenantId, name), `${tenantId}_${name}`]) {
    try {
      // Kubernetes mounts secrets as links through a hidden folder beside them.
      const text = decodeUtf8(readSmallFile(folder, path, { maxBytes: maxSecretBytes, hidden: 'allow' }));
      if (text !== undefined) return text.replace(/\r?\n$/, '');
    } catch (error) {
      if (!(error instanceof PolyphonError)) throw error;
    }
  }
  return undefined;
}

function fromEnvironment({ env, tenantId, tenantIds }: SecretOptions, name: string): string | undefined {
  const variable = `${prefixOf(tenantId)}${upper(name)}`;
  const value = env[variable];
  if (value === undefined || value === '' || reserved.has(variable)) return undefined;
  const closer = tenantIds.some((other) => other.startsWith(`${tenantId}-`) && variable.startsWith(prefixOf(other)));
  return closer ? undefined : value;
}

function prefixOf(tenantId: string): string {
  return `POLYPHON_${upper(tenantId)}_`;
}
function upper(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}

/** The variable an operator can set for a secret, for messages. */
export function secretVariable(tenantId: string, name: string): string {
  return `${prefixOf(tenantId)}${upper(name)}`;
}

/** Tenant ids by folder: what does not begin with `_` or `.`. */
export async function readTenantIds(botsDirectory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(botsDirectory, { withFileTypes: true });
    return entries
      .filter(
        (entry) =>
          (entry.isDirectory() || entry.isSymbolicLink()) && !/^[._]/.test(entry.name) && entry.name !== 'node_modules',
      )
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
