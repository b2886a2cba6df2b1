import { type Selectable, sql } from 'kysely';
import type { Connection } from './connection.ts';
import type { Address } from './opt-outs.ts';
import type { Tables } from './tables.ts';

export type SwitchRow = Omit<Selectable<Tables['switches']>, 'tenantId'>;

/** Claims that a conversation goes on under another address, until they are proved or have lapsed. */
export interface Switches {
  insert(row: SwitchRow): void;
  /** The claim of this session that waits for a code. */
  openCode(sessionId: string, now: number): SwitchRow | undefined;
  /** All claims since then of a session that were to be proved by a code, and of an address; the newest first, whatever became of them. */
  codesOf(place: { readonly sessionId: string } | Address, since: number): readonly SwitchRow[];
  /** The claim that waits for this word on this channel. */
  openWord(channel: string, secretHash: Buffer, now: number): SwitchRow | undefined;
  /** Whether such a word was given out for this channel, whatever has become of it since. */
  knowsWord(channel: string, secretHash: Buffer): boolean;
  /** Wrong tries so far, and what became of the claim. */
  change(id: string, change: Pick<SwitchRow, 'tries' | 'state'>): void;
  /** Ends what this session has claimed before. */
  voidAll(sessionId: string): void;
  /** How many claims were made since, by the session, for the address and in all. */
  count(
    claim: { readonly sessionId: string; readonly channel: string; readonly address: string },
    since: number,
  ): { readonly ofSession: number; readonly ofAddress: number; readonly inAll: number };
  prune(before: number): void;
  /** The session's past: the model sees the messages of `continues` as well. */
  link(sessionId: string, continues: string): void;
  /** The session that this one continues. */
  continued(sessionId: string): string | undefined;
}

const columns = [
  'id',
  'sessionId',
  'conversationId',
  'channel',
  'address',
  'method',
  'secretHash',
  'tries',
  'state',
  'createdAt',
  'expiresAt',
] as const;

/** Written into the text of the query, not bound: only so does SQLite use the partial index. */
const openState = sql<boolean>`state = 'open'`;
const wordMethod = sql<boolean>`method = 'word'`;
const codeMethod = sql<boolean>`method = 'code'`;

export function prepareSwitches(connection: Connection): (tenantId: string) => Switches {
  type OfTenant = { tenantId: string };
  const insert = connection.prepare((db, p: SwitchRow & OfTenant) =>
    db.insertInto('switches').values({
      tenantId: p.tenantId,
      id: p.id,
      sessionId: p.sessionId,
      conversationId: p.conversationId,
      channel: p.channel,
      address: p.address,
      method: p.method,
      secretHash: p.secretHash,
      tries: p.tries,
      state: p.state,
      createdAt: p.createdAt,
      expiresAt: p.expiresAt,
    }),
  );
  const openCode = connection.prepare((db, p: OfTenant & { sessionId: string; now: number }) =>
    db
      .selectFrom('switches')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('sessionId', '=', p.sessionId)
      .where(openState)
      .where(codeMethod)
      .where('expiresAt', '>', p.now)
      .orderBy('createdAt', 'desc')
      .limit(1),
  );
  const codesOfSession = connection.prepare((db, p: OfTenant & { sessionId: string; since: number }) =>
    db
      .selectFrom('switches')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('sessionId', '=', p.sessionId)
      .where('createdAt', '>', p.since)
      .where(codeMethod)
      .orderBy('createdAt', 'desc'),
  );
  const codesOfAddress = connection.prepare((db, p: OfTenant & { channel: string; address: string; since: number }) =>
    db
      .selectFrom('switches')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('address', '=', p.address)
      .where('createdAt', '>', p.since)
      .where(codeMethod)
      .orderBy('createdAt', 'desc'),
  );
  const openWord = connection.prepare((db, p: OfTenant & { channel: string; secretHash: Buffer; now: number }) =>
    db
      .selectFrom('switches')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('secretHash', '=', p.secretHash)
      .where(openState)
      .where(wordMethod)
      .where('expiresAt', '>', p.now),
  );
  const anyWord = connection.prepare((db, p: OfTenant & { channel: string; secretHash: Buffer }) =>
    db
      .selectFrom('switches')
      .select('id')
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('secretHash', '=', p.secretHash)
      .where(wordMethod)
      .limit(1),
  );
  const change = connection.prepare((db, p: OfTenant & { id: string; tries: number; state: SwitchRow['state'] }) =>
    db
      .updateTable('switches')
      .set({ tries: p.tries, state: p.state })
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  const voidAll = connection.prepare((db, p: OfTenant & { sessionId: string }) =>
    db
      .updateTable('switches')
      .set({ state: 'void' })
      .where('tenantId', '=', p.tenantId)
      .where('sessionId', '=', p.sessionId)
      .where(openState),
  );
  const ofSession = connection.prepare((db, p: OfTenant & { sessionId: string; since: number }) =>
    db
      .selectFrom('switches')
      .select((one) => one.fn.countAll<number>().as('count'))
      .where('tenantId', '=', p.tenantId)
      .where('sessionId', '=', p.sessionId)
      .where('createdAt', '>', p.since),
  );
  const ofAddress = connection.prepare((db, p: OfTenant & { channel: string; address: string; since: number }) =>
    db
      .selectFrom('switches')
      .select((one) => one.fn.countAll<number>().as('count'))
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('address', '=', p.address)
      .where('createdAt', '>', p.since),
  );
  const inAll = connection.prepare((db, p: OfTenant & { since: number }) =>
    db
      .selectFrom('switches')
      .select((one) => one.fn.countAll<number>().as('count'))
      .where('tenantId', '=', p.tenantId)
      .where('createdAt', '>', p.since),
  );
  const prune = connection.prepare((db, p: OfTenant & { before: number }) =>
    db.deleteFrom('switches').where('tenantId', '=', p.tenantId).where('createdAt', '<', p.before),
  );
  const link = connection.prepare((db, p: OfTenant & { sessionId: string; continues: string }) =>
    db
      .insertInto('sessionLinks')
      .values({ tenantId: p.tenantId, sessionId: p.sessionId, continues: p.continues })
      .onConflict((conflict) => conflict.columns(['tenantId', 'sessionId']).doUpdateSet({ continues: p.continues })),
  );
  const continued = connection.prepare((db, p: OfTenant & { sessionId: string }) =>
    db
      .selectFrom('sessionLinks')
      .select('continues')
      .where('tenantId', '=', p.tenantId)
      .where('sessionId', '=', p.sessionId),
  );
  return (tenantId) => ({
    insert: (row) => {
      insert.run({ tenantId, ...row });
    },
    openCode: (sessionId, now) => openCode.get({ tenantId, sessionId, now }),
    codesOf: (place, since) =>
      'sessionId' in place
        ? codesOfSession.all({ tenantId, sessionId: place.sessionId, since })
        : codesOfAddress.all({ tenantId, channel: place.channel, address: place.externalId, since }),
    openWord: (channel, secretHash, now) => openWord.get({ tenantId, channel, secretHash, now }),
    knowsWord: (channel, secretHash) => anyWord.get({ tenantId, channel, secretHash }) !== undefined,
    change: (id, { tries, state }) => {
      change.run({ tenantId, id, tries, state });
    },
    voidAll: (sessionId) => {
      voidAll.run({ tenantId, sessionId });
    },
    count: ({ sessionId, channel, address }, since) => ({
      ofSession: ofSession.get({ tenantId, sessionId, since })?.count ?? 0,
      ofAddress: ofAddress.get({ tenantId, channel, address, since })?.count ?? 0,
      inAll: inAll.get({ tenantId, since })?.count ?? 0,
    }),
    prune: (before) => {
      prune.run({ tenantId, before });
    },
    link: (sessionId, continues) => {
      link.run({ tenantId, sessionId, continues });
    },
    continued: (sessionId) => continued.get({ tenantId, sessionId })?.continues,
  });
}
