import { migrationOf } from './migration-of.ts';

/**
 * Turns and what was sent are found, and forgotten, by the messages they belong to, which are found by their conversation: a turn wrote two
 * pages of indexes more for the same. What retention has left without its message could not be found any more, and goes here.
 */
export const byMessages = migrationOf(
  `DELETE FROM turns WHERE id NOT IN (SELECT turn_id FROM messages WHERE turn_id IS NOT NULL)`,
  `DELETE FROM outbox WHERE state NOT IN ('waiting', 'sending') AND message_id NOT IN (SELECT id FROM messages)`,
  'DROP INDEX turns_by_conversation',
  'DROP INDEX outbox_by_message',
  'CREATE INDEX outbox_by_message ON outbox (message_id, tenant_id)',
);
