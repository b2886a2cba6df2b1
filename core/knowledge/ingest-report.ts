import type { Money } from '../contract/index.ts';
import type { BackfillReport } from './backfill-report.ts';

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
  /** Stored by this run; in the phase `reading`. */
  readonly chunks?: number;
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
  /** What became of the vectors that chunks lacked when all was read; absent where each had one. */
  readonly backfill?: BackfillReport;
  /**
   * What embedding would take: in a dry run. Tokens by rule of thumb; a cost where the embedding has a price. Of an embedding that
   * asks no service only what would be made anew.
   */
  readonly estimate?: {
    readonly chunks: number;
    /** Those of `chunks` that are stored with vectors of another embedding. */
    readonly anew: number;
    readonly tokens: number;
    readonly cost?: Money;
  };
  readonly elapsedMs: number;
}
