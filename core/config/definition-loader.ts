import type { ResolvedBot } from '../contract/index.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { PluginCatalogue } from './plugin-catalogue.ts';
import type { Settings } from './settings.ts';

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
}

export interface DefinitionLoader {
  /** Tenant ids, sorted: the folders below the bots directory that do not begin with `_` or `.`. */
  list(signal: AbortSignal): Promise<readonly string[]>;
  /** Never throws for what is written in files; that becomes diagnostics. */
  load(tenantId: string, signal: AbortSignal): Promise<LoadedDefinition>;
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
}

export declare function createDefinitionLoader(options: DefinitionLoaderOptions): DefinitionLoader;
