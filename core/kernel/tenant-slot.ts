import type { LoadedDefinition } from '../config/definition-loader.ts';
import type { Diagnostic } from '../config/diagnostic.ts';
import type { IngestReport } from '../knowledge/ingest-report.ts';
import type { BackfillState } from './face.ts';
import type { TenantRevision } from './tenant-revision.ts';

/** A tenant's place in the process: what serves, and what its files say now. */
export interface TenantSlot {
  readonly tenantId: string;
  /** The last good revision; undefined when there never was one. */
  current: TenantRevision | undefined;
  /** The definition `current` was made of. */
  serving: LoadedDefinition | undefined;
  /** Problems of the files as they are now. */
  diagnostics: readonly Diagnostic[];
  chunks: number;
  /** Documents that the last reading could not read. */
  unread: IngestReport['failures'];
  /** Set while vectors that chunks lack are made, or could not be made. */
  backfill: BackfillState | undefined;
}

export function createSlot(tenantId: string): TenantSlot {
  return {
    tenantId,
    current: undefined,
    serving: undefined,
    diagnostics: [],
    chunks: 0,
    unread: [],
    backfill: undefined,
  };
}
