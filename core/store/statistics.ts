import { sql } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

/** Counts over everything that is stored of a tenant since a moment. They read whole tables: for people, not for a turn's path. */
export interface Statistics {
  messages(
    since: number,
  ): readonly { readonly channel: string; readonly role: Tables['messages']['role']; readonly count: number }[];
  /** Turns that have ended, by what came of them: `answered`, `unknown`, `failed`, `silent`. */
  turns(since: number): readonly { readonly channel: string; readonly outcome: string; readonly count: number }[];
  /** From a turn's first message to its reply, in milliseconds, shortest first. */
  responses(since: number): readonly { readonly channel: string; readonly ms: number }[];
  handoffs(since: number): readonly { readonly channel: string; readonly count: number }[];
  /** What was sent, by how it stands. */
  outbox(
    since: number,
  ): readonly { readonly channel: string; readonly state: Tables['outbox']['state']; readonly count: number }[];
}

const channelOfTurn = sql<string>`json_extract(turns.trace, '$.channel')`;
/** A word of the law is kept as a turn, but no bot has answered it. */
const byTheBot = sql<boolean>`coalesce(json_extract(turns.trace, '$.reason'), '') not like 'consent-%'`;

export function prepareStatistics(connection: Connection): (tenantId: string) => Statistics {
  type Since = { tenantId: string; since: number };
  const messages = connection.prepare((db, p: Since) =>
    db
      .selectFrom('messages')
      .select(['channel', 'role', (row) => row.fn.countAll<number>().as('count')])
      .where('tenantId', '=', p.tenantId)
      .where('createdAt', '>=', p.since)
      .groupBy(['channel', 'role']),
  );
  const turns = connection.prepare((db, p: Since) =>
    db
      .selectFrom('turns')
      .select([channelOfTurn.as('channel'), 'outcome', (row) => row.fn.countAll<number>().as('count')])
      .where('tenantId', '=', p.tenantId)
      .where('completedAt', '>=', p.since)
      .where(byTheBot)
      .groupBy([channelOfTurn, 'outcome']),
  );
  const responses = connection.prepare((db, p: Since) =>
    db
      .selectFrom('turns')
      .innerJoin(
        (from) =>
          from
            .selectFrom('messages')
            .select(['turnId', (row) => row.fn.min('createdAt').as('askedAt')])
            .where('tenantId', '=', p.tenantId)
            .where('role', '=', 'contact')
            .where('turnId', 'is not', null)
            .groupBy('turnId')
            .as('asked'),
        (join) => join.onRef('asked.turnId', '=', 'turns.id'),
      )
      .select([channelOfTurn.as('channel'), (row) => row('completedAt', '-', row.ref('asked.askedAt')).as('ms')])
      .where('tenantId', '=', p.tenantId)
      .where('completedAt', '>=', p.since)
      .where('replyId', 'is not', null)
      .orderBy('ms'),
  );
  const handoffs = connection.prepare((db, p: Since) =>
    db
      .selectFrom('handoffs')
      .innerJoin('conversations', (join) =>
        join
          .onRef('conversations.tenantId', '=', 'handoffs.tenantId')
          .onRef('conversations.id', '=', 'handoffs.conversationId'),
      )
      .select(['conversations.channel', (row) => row.fn.countAll<number>().as('count')])
      .where('handoffs.tenantId', '=', p.tenantId)
      .where('handoffs.requestedAt', '>=', p.since)
      // A conversation that moves takes an open request along: the person has asked once, where they were then.
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('sessions as here')
              .innerJoin('sessionLinks as link', (join) =>
                join.onRef('link.tenantId', '=', 'here.tenantId').onRef('link.sessionId', '=', 'here.id'),
              )
              .innerJoin('sessions as there', (join) =>
                join.onRef('there.tenantId', '=', 'link.tenantId').onRef('there.id', '=', 'link.continues'),
              )
              .innerJoin('handoffs as before', (join) =>
                join
                  .onRef('before.tenantId', '=', 'there.tenantId')
                  .onRef('before.conversationId', '=', 'there.conversationId'),
              )
              .select('before.id')
              .whereRef('here.tenantId', '=', 'handoffs.tenantId')
              .whereRef('here.conversationId', '=', 'handoffs.conversationId')
              .whereRef('before.requestedAt', '=', 'handoffs.requestedAt'),
          ),
        ),
      )
      .groupBy('conversations.channel'),
  );
  const outbox = connection.prepare((db, p: Since) =>
    db
      .selectFrom('outbox')
      .select(['channel', 'state', (row) => row.fn.countAll<number>().as('count')])
      .where('tenantId', '=', p.tenantId)
      .where('createdAt', '>=', p.since)
      .groupBy(['channel', 'state']),
  );
  return (tenantId) => ({
    messages: (since) => messages.all({ tenantId, since }),
    turns: (since) => turns.all({ tenantId, since }),
    responses: (since) => responses.all({ tenantId, since }),
    handoffs: (since) => handoffs.all({ tenantId, since }),
    outbox: (since) => outbox.all({ tenantId, since }),
  });
}
