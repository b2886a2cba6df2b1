import type { Migration } from 'kysely/migration';
import { conversations } from './0001-conversations.ts';
import { knowledge } from './0002-knowledge.ts';

/** In order of their names; one that has been released is never changed. */
export const migrations: Record<string, Migration> = {
  '0001-conversations': conversations,
  '0002-knowledge': knowledge,
};
