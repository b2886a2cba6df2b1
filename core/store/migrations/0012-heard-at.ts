import { migrationOf } from './migration-of.ts';

/** When a person wrote, by the platform's clock: its window counts from then, however late the platform told of it. */
export const heardAt = migrationOf('ALTER TABLE inbox ADD COLUMN heard_at INTEGER');
