import type { TenantSummary } from '../kernel/face.ts';
import { answeringMeanwhile } from './ingest-troubles.ts';
import type { Shell } from './shell.ts';
import { count } from './wording.ts';

/** Why a bot does not search with all the vectors that its definition asks for yet. Nothing where it does. */
export function showMissingVectors(
  tenants: readonly Pick<TenantSummary, 'tenantId' | 'backfill'>[],
  { say, note }: Pick<Shell, 'say' | 'note'>,
): void {
  for (const { tenantId, backfill } of tenants) {
    if (backfill === undefined) continue;
    const { embedding, missing, error } = backfill;
    const why = error === undefined ? '' : `\n    ${note.yellow(error.code)}  ${error.message}`;
    say(
      `${note.yellow('!')} ${note.bold(tenantId)}: ${count(missing, 'chunk')} without a vector of ${embedding} yet; ${answeringMeanwhile(backfill)}${why}\n`,
    );
  }
}
