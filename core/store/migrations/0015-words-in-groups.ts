import { migrationOf } from './migration-of.ts';

/** Who wrote what where others read too: only such messages say who wrote them, so nothing is kept for any other. */
export const wordsInGroups = migrationOf(
  `CREATE INDEX messages_by_author ON messages (tenant_id, channel, json_extract(author, '$.id'))
    WHERE author IS NOT NULL`,
);
