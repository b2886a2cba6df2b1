import { basename, dirname } from 'node:path';
import { type SettingsFile, settingsSchema } from '../../schemas/settings.ts';
import type { Diagnostic } from './diagnostic.ts';
import { interpolate } from './interpolate.ts';
import { parseYaml } from './parse-yaml.ts';
import { type Problem, toDiagnostics } from './problems.ts';
import { readSource } from './read-source.ts';
import { schemaProblems } from './schema-problems.ts';
import { type MapNode, nodeAt, type Path } from './tree.ts';
import { parseSize } from './units.ts';
import { validateWithReferences } from './validate-with-references.ts';
import { validatorFor } from './validators.ts';
import { withoutEffectAt } from './without-effect.ts';

/** `config/polyphon.yaml`, checked and resolved: one deployment. */
export interface Settings {
  readonly server: {
    /** 0 takes a free one. */
    readonly port: number;
    readonly host: string;
    /** Where the world reaches this process, without a path. */
    readonly publicOrigin?: string;
    /** Addresses or CIDR ranges whose forwarding headers are believed. */
    readonly trustedProxies: readonly string[];
    /** Unless told: on in `dev`, off in `start`. */
    readonly playground?: 'on' | 'off';
  };
  readonly store: {
    readonly use: 'sqlite' | 'postgres';
    /** The SQLite file; in the data directory unless told. */
    readonly path?: string;
    readonly url?: string;
  };
  readonly scheduler: { readonly use: 'embedded' | 'bullmq'; readonly url?: string };
  /** Packages whose plugins bots may use, beside the built-in ones. */
  readonly plugins: readonly string[];
  readonly tenants: {
    readonly dir: string;
    /** For open indexes of all tenants together. */
    readonly memoryBytes: number;
    /** Turns at once, in the process. */
    readonly maxTurns: number;
    /** Turns that a tenant gets for one of another while several wait; 1 unless named. */
    readonly weights: Readonly<Record<string, number>>;
    readonly allowPlainSecrets: boolean;
  };
  readonly admin: { readonly tokens: readonly string[] };
  /** Names of the environment that a tenant may read; `*` is every tenant. */
  readonly env: Readonly<Record<string, readonly string[]>>;
  readonly secrets: { readonly folder?: string };
  readonly mail?: { /** smtp: or smtps: with user and password. */ readonly url: string; readonly from: string };
  readonly http: { /** `host:port` on private networks. */ readonly allowPrivate: readonly string[] };
  readonly observe: {
    readonly log: 'debug' | 'info' | 'warn' | 'error';
    readonly metrics: 'on' | 'off';
    readonly traces: { readonly endpoint?: string };
  };
}

/** What a command line says instead of the file. */
export interface SettingsOverrides {
  readonly port?: number;
  readonly botsDirectory?: string;
  readonly dataDirectory?: string;
}

/**
 * Reads the settings by the rules of bot definitions; a missing file means all defaults. References are `${env:NAME}`, with
 * every name allowed, and `${file:path}`, relative to the file and inside its folder.
 */
export async function readSettings(options: {
  readonly path: string;
  readonly overrides?: SettingsOverrides;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}): Promise<{ readonly settings: Settings; readonly diagnostics: readonly Diagnostic[] }> {
  const { path, env, signal } = options;
  signal.throwIfAborted();
  const read = readSource(dirname(path), basename(path));
  if (read?.problem !== undefined) return finish({}, [read.problem], options);
  if (read === undefined) return finish({}, [], options);
  const { root, problems } = parseYaml(read.source);
  if (root?.kind !== 'map') return finish({}, problems, options);
  const checked = checkSettings(root, env);
  return finish(checked.value, [...problems, ...checked.problems], options);
}

function checkSettings(root: MapNode, env: Readonly<Record<string, string | undefined>>) {
  const interpolated = interpolate(root, {
    tenantId: 'config',
    secrets: { find: () => undefined, names: [], problems: [], files: [] },
    env,
    allowedEnv: Object.keys(env),
  });
  const unresolvedKeys = new Set(interpolated.unresolved.map((path) => path.join('\0')));
  const validation = validateWithReferences(validatorFor(settingsSchema), root, [], interpolated.value);
  const problems: Problem[] = [
    ...interpolated.problems.map(({ path: _path, ...problem }) => inSettings(problem)),
    ...schemaProblems(validation.errors, {
      tree: root,
      at: [],
      unresolved: (path: Path) => unresolvedKeys.has(path.join('\0')),
      secrets: validation.marks.secrets,
    }),
  ];
  return { value: interpolated.value as Partial<SettingsFile>, problems: [...problems, ...unavailable(root)] };
}

/** What the language of settings knows and this version does not do: better refused, or said, than silently something else. */
function unavailable(root: MapNode): readonly Problem[] {
  const endpoint: Path = ['observe', 'traces', 'endpoint'];
  const traces =
    nodeAt(root, endpoint) === undefined
      ? []
      : [
          withoutEffectAt(root, endpoint, {
            summary: 'no traces are sent: this version has no OpenTelemetry',
            detail: 'read a turn with `polyphon trace`, and the numbers at /metrics',
          }),
        ];

  const later: readonly (readonly [Path, string, string])[] = [
    [['store', 'use'], 'postgres', 'sqlite'],
    [['scheduler', 'use'], 'bullmq', 'embedded'],
  ];
  const refused = later.flatMap(([path, value, instead]): readonly Problem[] => {
    const node = nodeAt(root, path);
    if (node?.kind !== 'scalar' || node.value !== value) return [];
    const summary = `"${value}" is not available in this version`;
    return [{ severity: 'error', code: 'BOT1007', place: node.place, summary, detail: `write ${instead}` }];
  });
  return [...refused, ...traces];
}

/** The same mistakes have another remedy here: settings have no tenant. */
function inSettings(problem: Problem): Problem {
  switch (problem.code) {
    case 'BOT1021':
      return {
        ...problem,
        code: 'BOT1022',
        summary: problem.summary.replace('is not allowed for this tenant', 'is not set'),
        detail: 'set it, or give a default with :-',
      };
    case 'BOT1023':
      return {
        ...problem,
        code: 'BOT1020',
        summary: 'settings have no namespace of secrets',
        detail: `use \${env:NAME} or \${file:path}`,
      };
    default:
      return problem;
  }
}

function finish(
  file: Partial<SettingsFile>,
  problems: readonly Problem[],
  {
    overrides = {},
    env,
  }: { readonly overrides?: SettingsOverrides; readonly env: Readonly<Record<string, string | undefined>> },
): { readonly settings: Settings; readonly diagnostics: readonly Diagnostic[] } {
  const usable = problems.some(({ severity }) => severity === 'error') ? {} : file;
  return { settings: resolveSettings(usable, overrides, env), diagnostics: toDiagnostics(problems) };
}

/** Of a map by tenant, where a name that begins with x- is a note. */
function withoutNotes<Value>(map: Readonly<Record<string, Value>> = {}): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => !name.startsWith('x-')));
}

function mailOf({ mail }: Partial<SettingsFile>): Pick<Settings, 'mail'> {
  return mail === undefined ? {} : { mail: { url: mail.smtp, from: mail.from } };
}

function resolveSettings(
  file: Partial<SettingsFile>,
  overrides: SettingsOverrides,
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const { server, store, scheduler, tenants, observe } = file;
  const operatorToken = env['POLYPHON_ADMIN_TOKEN'];
  return {
    server: {
      port: overrides.port ?? server?.port ?? 3000,
      host: server?.host ?? '127.0.0.1',
      ...(server?.publicOrigin === undefined ? {} : { publicOrigin: server.publicOrigin }),
      trustedProxies: server?.trustedProxies ?? [],
      ...(server?.playground === undefined ? {} : { playground: server.playground }),
    },
    store: {
      use: store?.use ?? 'sqlite',
      ...(store?.path === undefined ? {} : { path: store.path }),
      ...(store?.url === undefined ? {} : { url: store.url }),
    },
    scheduler: { use: scheduler?.use ?? 'embedded', ...(scheduler?.url === undefined ? {} : { url: scheduler.url }) },
    plugins: file.plugins ?? [],
    tenants: {
      dir: overrides.botsDirectory ?? tenants?.dir ?? 'bots',
      memoryBytes: parseSize(tenants?.memory ?? '') ?? 512_000_000,
      maxTurns: tenants?.maxTurns ?? 64,
      weights: withoutNotes(tenants?.weights),
      allowPlainSecrets: tenants?.allowPlainSecrets ?? false,
    },
    admin: {
      tokens: [
        ...(file.admin?.tokens ?? []),
        ...(operatorToken === undefined || operatorToken === '' ? [] : [operatorToken]),
      ],
    },
    env: withoutNotes(file.env),
    secrets: file.secrets?.folder === undefined ? {} : { folder: file.secrets.folder },
    ...mailOf(file),
    http: { allowPrivate: file.http?.allowPrivate ?? [] },
    observe: {
      log: observe?.log ?? 'info',
      metrics: observe?.metrics ?? 'on',
      traces: observe?.traces?.endpoint === undefined ? {} : { endpoint: observe.traces.endpoint },
    },
  };
}
