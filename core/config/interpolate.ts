import { dirname } from 'node:path';
import { PolyphonError } from '../contract/index.ts';
import { readSmallFile } from './folder-file.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problems.ts';
import { decodeUtf8 } from './read-source.ts';
import { mayRefer, type Part, parseReferences, type Reference, referencePlace } from './references.ts';
import { type SecretNamespace, secretVariable } from './secrets.ts';
import type { Node, Path, ScalarNode } from './tree.ts';

const maxIncludedBytes = 262_144;

/** A tree with its references replaced, twice: for use, and for showing. */
export interface Interpolated {
  readonly value: unknown;
  /** Secrets stay `${secret:name}`. */
  readonly canonical: unknown;
  readonly problems: readonly (Problem & { readonly path: Path })[];
  /** Paths of scalars with a reference that has no value. */
  readonly unresolved: readonly Path[];
  /** Values of secrets, for redaction. */
  readonly secretValues: ReadonlySet<string>;
  readonly files: readonly string[];
}

export interface InterpolateOptions {
  readonly tenantId: string;
  readonly secrets: SecretNamespace;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names of the environment that this tenant may read. */
  readonly allowedEnv: readonly string[];
}

interface Resolved {
  readonly value?: string;
  readonly problem?: Pick<Problem, 'code' | 'summary' | 'detail' | 'suggestion'>;
}

/** Replaces references inside scalars. What comes in is always text: it cannot become a list, a map or a key. */
export function interpolate(root: Node, options: InterpolateOptions): Interpolated {
  const scalars: { readonly node: ScalarNode; readonly path: Path }[] = [];
  collect(root, [], scalars);
  const problems: (Problem & { path: Path })[] = [];
  const unresolved: Path[] = [];
  const secretValues = new Set<string>();
  const files = new Set<string>();
  const replaced = new Map<ScalarNode, { readonly value: string; readonly canonical: string }>();
  const resolved = new Map<string, Resolved>();
  const look = (reference: Reference, node: ScalarNode): Resolved => {
    const key =
      reference.kind === 'file' ? `${reference.written} ${dirname(node.place.source.path)}` : reference.written;
    const known = resolved.get(key) ?? resolve(reference, node, options, files);
    resolved.set(key, known);
    return known;
  };

  for (const { node, path } of scalars) {
    const text = String(node.value);
    const parts = parseReferences(text);
    if ('detail' in parts) {
      problems.push({
        severity: 'error',
        code: 'BOT1020',
        path,
        place: referencePlace(node, parts.written),
        summary: 'the reference is malformed',
        detail: parts.detail,
        ...(parts.suggestion === undefined ? {} : { suggestion: parts.suggestion }),
      });
      unresolved.push(path);
      continue;
    }
    let value = '';
    let canonical = '';
    for (const part of parts) {
      const found = part.kind === 'text' ? { value: part.text } : look(part, node);
      if (part.kind !== 'text' && found.problem !== undefined) {
        problems.push({ severity: 'error', path, place: referencePlace(node, part.written), ...found.problem });
        unresolved.push(path);
      }
      value += found.value ?? '';
      canonical += part.kind === 'secret' || found.value === undefined ? shown(part) : found.value;
      if (part.kind === 'secret' && found.value !== undefined && found.value !== '') secretValues.add(found.value);
    }
    replaced.set(node, { value, canonical });
  }
  return {
    value: build(root, replaced, 'value'),
    canonical: build(root, replaced, 'canonical'),
    problems,
    unresolved,
    secretValues,
    files: [...files],
  };
}

function shown(part: Part): string {
  return part.kind === 'text' ? part.text : part.written;
}

function collect(node: Node, path: Path, scalars: { node: ScalarNode; path: Path }[]): void {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'string' && mayRefer(node.value)) scalars.push({ node, path });
  } else if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) collect(item, [...path, index], scalars);
  } else {
    for (const [key, entry] of node.entries) collect(entry.node, [...path, key], scalars);
  }
}

function build(
  node: Node,
  replaced: ReadonlyMap<ScalarNode, { readonly value: string; readonly canonical: string }>,
  form: 'value' | 'canonical',
): unknown {
  if (node.kind === 'scalar') return replaced.get(node)?.[form] ?? node.value;
  if (node.kind === 'list') return node.items.map((item) => build(item, replaced, form));
  const map: Record<string, unknown> = {};
  for (const [key, entry] of node.entries) map[key] = build(entry.node, replaced, form);
  return map;
}

function resolve(reference: Reference, node: ScalarNode, options: InterpolateOptions, files: Set<string>): Resolved {
  switch (reference.kind) {
    case 'env':
      return fromEnv(reference, options);
    case 'secret': {
      const value = options.secrets.find(reference.name);
      if (value !== undefined) return { value };
      const variable = secretVariable(options.tenantId, reference.name);
      const suggestion = nearest(reference.name, options.secrets.names);
      return {
        problem: {
          code: 'BOT1023',
          ...(suggestion === undefined ? {} : { suggestion }),
          summary: `the secret "${reference.name}" is missing`,
          detail: `add it to bots/${options.tenantId}/.secrets.yaml, to the folder of secrets, or set ${variable}`,
        },
      };
    }
    case 'file':
      return includeFile(reference.name, dirname(node.place.source.path), files);
    default:
      return reference satisfies never;
  }
}

function fromEnv(
  { name, otherwise, message }: Extract<Reference, { readonly kind: 'env' }>,
  { env, allowedEnv, tenantId }: InterpolateOptions,
): Resolved {
  if (!allowedEnv.includes(name)) {
    // A default stands on its own, so that one definition serves deployments that allow the name and ones that do not.
    if (otherwise !== undefined) return { value: otherwise };
    return {
      problem: {
        code: 'BOT1021',
        summary: `the environment variable ${name} is not allowed for this tenant`,
        detail: `list it under \`env: { ${tenantId}: [${name}] }\` in config/polyphon.yaml; secrets are \${secret:name}`,
      },
    };
  }
  const value = env[name];
  if (value !== undefined && value !== '') return { value };
  if (otherwise !== undefined) return { value: otherwise };
  return {
    problem: {
      code: 'BOT1022',
      summary: `the environment variable ${name} is not set`,
      detail: message !== undefined && message !== '' ? message : `set it, or give a default: \${env:${name}:-…}`,
    },
  };
}

function includeFile(name: string, directory: string, files: Set<string>): Resolved {
  try {
    const text = decodeUtf8(readSmallFile(directory, name, { maxBytes: maxIncludedBytes, hidden: 'refuse' }));
    if (text === undefined) {
      return {
        problem: { code: 'BOT1014', summary: 'the file is not UTF-8 text', detail: 'save it as UTF-8 in your editor' },
      };
    }
    files.add(`${directory}/${name}`);
    return { value: text.replace(/\r?\n$/, '') };
  } catch (error) {
    if (!(error instanceof PolyphonError)) throw error;
    if (error.code === 'BOT1025') {
      return {
        problem: {
          code: 'BOT1025',
          summary: 'the path leads out of the folder',
          detail: 'keep the file inside the folder, and name it relative to it',
        },
      };
    }
    return {
      problem: {
        code: 'BOT1026',
        summary: 'the file cannot be read',
        detail: `create it, correct the path, or shorten it: at most ${maxIncludedBytes} bytes are read`,
      },
    };
  }
}
