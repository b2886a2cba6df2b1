import type { Money } from '../contract/index.ts';
import type { ReembeddingReport } from './reembedding-report.ts';

export interface IngestOptions {
  readonly mode: 'apply' | 'dry-run';
  /** Leaves sources out that are listed in the background; all are listed unless told. */
  readonly sources?: 'at-once';
  readonly onProgress?: (progress: IngestProgress) => void;
}

export interface IngestProgress {
  readonly phase: 'listing' | 'reading' | 'indexing' | 'embedding' | 'done';
  readonly document?: string;
  /** Documents; chunks in the phase `embedding`. */
  readonly done: number;
  readonly total: number;
}

export interface IngestReport {
  readonly tenantId: string;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  readonly chunks: number;
  readonly failures: readonly {
    readonly source: string;
    readonly document: string;
    readonly code: string;
    readonly message: string;
    /** `before`: an earlier reading has found and logged it, and the document has not changed. */
    readonly since: 'now' | 'before';
  }[];
  /** What became of the vectors of another embedding; absent where each chunk had one. */
  readonly reembedding?: ReembeddingReport;
  /** What embedding would cost: in a dry run, where the embedding has a price. Tokens by rule of thumb. */
  readonly estimate?: { readonly tokens: number; readonly cost: Money };
  readonly elapsedMs: number;
}
