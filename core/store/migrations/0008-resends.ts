import { migrationOf } from './migration-of.ts';

/** What was being sent when the process ended is sent once more, and stays marked. */
export const resends = migrationOf('ALTER TABLE outbox ADD COLUMN resends INTEGER NOT NULL DEFAULT 0');
