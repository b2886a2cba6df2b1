import type { Migration } from 'kysely/migration';
import { conversations } from './0001-conversations.ts';

/** In order of their names; one that has been released is never changed. */
export const migrations: Record<string, Migration> = {
  '0001-conversations': conversations,
};
