import { migrationOf } from './migration-of.ts';

/** What a message that was sent came to in the platform's own measure. */
export const notes = migrationOf('ALTER TABLE outbox ADD COLUMN note TEXT');
