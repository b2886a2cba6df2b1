import { sql } from 'kysely';
import type { Connection } from './connection.ts';

/** What waits to be sent, of all tenants: the process looks after everybody's outbox, and its gauge counts them all. */
export interface Unsent {
  readonly messages: number;
  readonly conversations: readonly { readonly tenantId: string; readonly conversationId: string }[];
}

export function prepareUnsent(connection: Connection): () => Unsent {
  const counts = connection.prepare((db, _: object) =>
    db
      .selectFrom('outbox')
      .select(['tenantId', 'conversationId', (column) => column.fn.countAll<number>().as('messages')])
      .where(sql<boolean>`state in ('waiting', 'sending')`)
      .groupBy(['tenantId', 'conversationId']),
  );
  return () => {
    const conversations = counts.all({});
    return { conversations, messages: conversations.reduce((sum, { messages }) => sum + messages, 0) };
  };
}
