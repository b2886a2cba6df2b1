import { migrationOf } from './migration-of.ts';

/** Who wrote a message, where that is more than the contact, and what it answers. */
export const authors = migrationOf(
  'ALTER TABLE messages ADD COLUMN author TEXT',
  'ALTER TABLE messages ADD COLUMN quotes TEXT',
);
