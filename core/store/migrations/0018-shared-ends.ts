import { migrationOf } from './migration-of.ts';

/**
 * What is looked up by an id alone is ordered by ids, which grow with time: all tenants then write to one page, where each had its own. With a
 * hundred bots a turn wrote 113 kB of pages. What was received is forgotten in the order of its rows, and needs no index by age.
 */
export const sharedEnds = migrationOf(
  'DROP INDEX messages_by_id',
  'CREATE UNIQUE INDEX messages_by_id ON messages (id, tenant_id)',
  'DROP INDEX turns_by_id',
  'CREATE UNIQUE INDEX turns_by_id ON turns (id, tenant_id)',
  'DROP INDEX outbox_by_id',
  'CREATE UNIQUE INDEX outbox_by_id ON outbox (id, tenant_id)',
  'DROP INDEX inbox_by_age',
  // Of one person alone with the bot the conversation says who writes.
  'DROP INDEX messages_by_author',
  `CREATE INDEX messages_by_author ON messages (tenant_id, channel, json_extract(author, '$.id'))
    WHERE json_extract(author, '$.audience') = 'several'`,
);
