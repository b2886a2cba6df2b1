import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BotDefinition } from '../../schemas/bot.ts';
import type { ResolvedBot } from '../contract/index.ts';
import { checkDefinition } from './check-definition.ts';
import { openDefinitionCache } from './definition-cache.ts';
import type { Diagnostic, Position } from './diagnostic.ts';
import type { DocumentLook } from './document-problems.ts';
import { resolveRetrieval } from './earlier-retrieval.ts';
import { type InterpolateOptions, interpolate } from './interpolate.ts';
import type { PluginCatalogue } from './plugin-catalogue.ts';
import { type Problem, toDiagnostics } from './problems.ts';
import { LayerReader } from './read-layers.ts';
import { wholeFile } from './read-source.ts';
import { resolveBot } from './resolve-bot.ts';
import { openSecrets, readTenantIds } from './secrets.ts';
import type { Settings } from './settings.ts';
import { openTenantFolder } from './tenant-folder.ts';
import { type MapNode, nodeAt, type Path } from './tree.ts';

/** One tenant's definition after reading everything it is made of. */
export interface LoadedDefinition {
  readonly tenantId: string;
  /** Undefined when there are errors. */
  readonly bot: ResolvedBot | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of all files that went in. */
  readonly files: readonly string[];
  /** The effective definition with its defaults and texts; secrets are still references. For `plan`, `config` and diffs. */
  readonly canonical: unknown;
  /** Where an effective value, or the nearest value around it, was written. Undefined for a default. */
  origin(path: readonly (string | number)[]): Origin | undefined;
}
export interface Origin {
  /** Relative to the working directory where it is inside it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly end?: Position;
}

export interface DefinitionLoader {
  /** Tenant ids, sorted: the folders below the bots directory that do not begin with `_` or `.`. */
  list(signal: AbortSignal): Promise<readonly string[]>;
  /** Never throws for what is written in files; that becomes diagnostics. */
  load(tenantId: string, signal: AbortSignal): Promise<LoadedDefinition>;
  /** What the tenant searched with when `kept` was stored, with the secrets it has now; or why that cannot be had any more. */
  earlier(tenantId: string, kept: unknown, signal: AbortSignal): ReturnType<typeof resolveRetrieval>;
}

export interface DefinitionLoaderOptions {
  readonly botsDirectory: string;
  /** Where merged definitions are kept by the hash of their files, so that unchanged ones start fast. Holds no secret. */
  readonly cacheDirectory?: string;
  readonly catalogue: PluginCatalogue;
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Selects the overlay `bot.<environment>.yaml`. */
  readonly environmentName?: string;
  /** Where told, also warns of documents that are not where a definition looks for them; that reads folders. */
  readonly documents?: DocumentLook | undefined;
}

const tenantIdPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Reads definitions from a folder of bots. Keeps parsed templates and compiled schemas, nothing of a tenant. */
export function createDefinitionLoader(options: DefinitionLoaderOptions): DefinitionLoader {
  const botsDirectory = resolve(options.botsDirectory);
  const { settings, env } = options;
  const reader = new LayerReader({
    botsDirectory,
    ...(options.environmentName === undefined ? {} : { environmentName: options.environmentName }),
  });
  const cache =
    options.cacheDirectory === undefined ? undefined : openDefinitionCache(resolve(options.cacheDirectory), reader);
  const list = rememberedList(botsDirectory);

  /** What a definition may take from outside its files. */
  const outsideOf = async (tenantId: string, signal: AbortSignal): Promise<InterpolateOptions> => {
    const { folder } = settings.secrets;
    const secrets = openSecrets({ botsDirectory, tenantId, tenantIds: await list(signal), folder, env });
    const own = Object.hasOwn(settings.env, tenantId) ? settings.env[tenantId] : undefined;
    return { tenantId, secrets, env, allowedEnv: [...(settings.env['*'] ?? []), ...(own ?? [])] };
  };

  return {
    list,
    earlier: async (tenantId, kept, signal) =>
      resolveRetrieval(kept, { ...(await outsideOf(tenantId, signal)), catalogue: options.catalogue }),
    async load(tenantId, signal) {
      signal.throwIfAborted();
      const path = join(botsDirectory, tenantId, 'bot.yaml');
      if (!tenantIdPattern.test(tenantId)) {
        const detail =
          'name the folder in small letters, digits and -, at most 63 characters; a folder that is no bot begins with _';
        return failed(
          tenantId,
          [wholeFile(path, 'BOT1019', 'the folder has no name that a tenant can have', detail)],
          [],
        );
      }
      const own = reader.readOwn(tenantId);
      if (own.problems.length > 0) return failed(tenantId, own.problems, [path]);
      const cached = cache?.find(tenantId, own.files);
      const layers = cached ?? reader.merge(own.files);
      const layerFiles = layers.files.map(({ source }) => source.path);
      if (layers.root === undefined) return failed(tenantId, layers.problems, layerFiles);

      const outside = await outsideOf(tenantId, signal);
      const { secrets } = outside;
      const interpolated = interpolate(layers.root, outside);
      const { allowPlainSecrets } = settings.tenants;
      const checked = await checkDefinition(layers.root, interpolated, {
        tenantId,
        catalogue: options.catalogue,
        allowPlainSecrets: allowPlainSecrets ? 'allow' : 'refuse',
        mail: settings.mail === undefined ? 'none' : 'configured',
        ...(options.documents === undefined
          ? {}
          : {
              documents: {
                ...options.documents,
                folder: openTenantFolder(join(botsDirectory, tenantId), options.documents.textOf),
                signal,
              },
            }),
      });
      const problems = [...layers.problems, ...secrets.problems, ...checked.problems];
      const files = [...new Set([...layerFiles, ...secrets.files, ...interpolated.files, ...checked.files])];
      const loaded = {
        tenantId,
        diagnostics: toDiagnostics(problems),
        files,
        canonical: interpolated.canonical,
        origin: originIn(layers.root),
      };
      if (problems.some(({ severity }) => severity === 'error')) return { ...loaded, bot: undefined };
      if (cached === undefined && checked.plainSecrets === 'none') await cache?.keep(tenantId, layers, signal);
      const secretValues = [...new Set([...interpolated.secretValues, ...checked.secretValues])];
      return { ...loaded, bot: resolveBot(tenantId, interpolated.value as BotDefinition, secretValues) };
    },
  };
}

function failed(tenantId: string, problems: readonly Problem[], files: readonly string[]): LoadedDefinition {
  return {
    tenantId,
    bot: undefined,
    diagnostics: toDiagnostics(problems),
    files,
    canonical: {},
    origin: () => undefined,
  };
}

function originIn(root: MapNode): LoadedDefinition['origin'] {
  return (path: Path) => {
    for (let length = path.length; length > 0; length--) {
      const node = nodeAt(root, path.slice(0, length));
      if (node === undefined) continue;
      const { source, start, end } = node.place;
      return { file: source.file, ...source.position(start), end: source.position(end) };
    }
    return undefined;
  };
}

/** A folder's time may stay the same for changes this close together. */
const sameTickMs = 100;

/**
 * The list is asked for at every reload, and reading a folder of a thousand costs more than asking for its time. That is
 * trusted once it has stayed the same for longer than a file system's clock ticks. (The files' clock is the real one, so the
 * process's own is right here.)
 */
function rememberedList(botsDirectory: string): DefinitionLoader['list'] {
  let known:
    | { readonly stamp: string; readonly sinceMs: number; tenantIds: readonly string[]; settled: 'yes' | 'no' }
    | undefined;
  return async (signal) => {
    signal.throwIfAborted();
    const stats = statSync(botsDirectory, { bigint: true, throwIfNoEntry: false });
    const stamp = stats === undefined ? 'none' : `${stats.mtimeNs} ${stats.ctimeNs} ${stats.nlink}`;
    if (known?.stamp === stamp && known.settled === 'yes') return known.tenantIds;
    const nowMs = performance.now();
    if (known?.stamp !== stamp) known = { stamp, sinceMs: nowMs, tenantIds: [], settled: 'no' };
    else if (nowMs - known.sinceMs > sameTickMs) known.settled = 'yes';
    const { tenantIds } = Object.assign(known, { tenantIds: await readTenantIds(botsDirectory) });
    return tenantIds;
  };
}
