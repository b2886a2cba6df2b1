import { migrationOf } from './migration-of.ts';

/**
 * Finds the turns in which the bot did not know. An index and no table: what people asked stays in one place, and goes from there
 * when it is erased.
 */
export const unanswered = migrationOf(
  `CREATE INDEX turns_unknown ON turns (tenant_id, completed_at) WHERE json_extract(trace, '$.outcome') = 'unknown'`,
);
