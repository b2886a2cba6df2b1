import { expect, it } from 'vitest';
import { systemClock, systemRandom } from '../../../core/kernel/system.ts';
import { openStore } from '../../../core/store/open-store.ts';
import { outboxRow } from './outbox-row.ts';

const log = { debug() {}, info() {}, warn() {}, error() {}, with: () => log };
const open = () => openStore({ path: ':memory:', clock: systemClock, log });

it('keeps two tenants with the same ids apart', async () => {
  await using store = await open();
  const [north, south] = [store.forTenant('north'), store.forTenant('south')];
  for (const tenant of [north, south]) {
    await store.write(() => {
      tenant.conversations.insert({
        id: 'c1',
        channel: 'web',
        externalId: 's1',
        contactId: 'p1',
        sessionId: 's1',
        owner: 'bot',
        misses: 0,
        language: null,
        createdAt: 1,
        lastActiveAt: 1,
      });
      tenant.inbox.insert({
        channel: 'web',
        conversationId: 'c1',
        externalId: 'm1',
        messageId: `${tenant.tenantId}-1`,
        turnId: 't1',
        receivedAt: 1,
        heardAt: null,
        dueAt: 1,
        groupName: null,
      });
    });
  }
  await store.write(() => north.inbox.close('c1', 't1'));
  expect(north.inbox.allOpen()).toEqual([]);
  expect(south.inbox.newestOpen('c1')?.messageId).toBe('south-1');
  expect(north.inbox.find('web', 'c1', 'm1')?.messageId).toBe('north-1');
  expect(south.inbox.find('web', 'c1', 'm2')).toBeUndefined();
});

it('knows a contact by its address and keeps what it was told', async () => {
  await using store = await open();
  const { contacts } = store.forTenant('a');
  const first = await store.write(() =>
    contacts.identify({ channel: 'web', externalId: 'x' }, { name: 'Ada' }, systemRandom, 1),
  );
  const second = await store.write(() =>
    contacts.identify({ channel: 'web', externalId: 'x' }, { email: 'a@x.org' }, systemRandom, 2),
  );
  expect(second).toEqual({ ...first, email: 'a@x.org' });
  expect(contacts.byId(first.id)).toEqual(second);
});

it('adds up usage by day, model and currency', async () => {
  await using store = await open();
  const { usage } = store.forTenant('a');
  await store.write(() => {
    usage.add({ day: '2026-11-21', model: 'm', inputTokens: 3, outputTokens: 4, currency: 'EUR', cost: 0.5 });
    usage.add({ day: '2026-11-21', model: 'm', inputTokens: 5, outputTokens: 6, currency: 'EUR', cost: 0.25 });
    usage.add({ day: '2026-11-21', model: 'm', inputTokens: 1, outputTokens: 1, currency: 'USD', cost: 9 });
  });
  expect(usage.since('2026-11-20')).toEqual([
    { day: '2026-11-21', model: 'm', turns: 2, inputTokens: 8, outputTokens: 10, currency: 'EUR', cost: 0.75 },
    { day: '2026-11-21', model: 'm', turns: 1, inputTokens: 1, outputTokens: 1, currency: 'USD', cost: 9 },
  ]);
  expect(usage.spent('2026-11-21', 'EUR')).toBe(0.75);
  expect(usage.spent('2026-11-22', 'EUR')).toBe(0);
  expect(store.forTenant('b').usage.spent('2026-11-21', 'EUR')).toBe(0);
});

it('keeps the newest stream events of a session', async () => {
  await using store = await open();
  const { streamEvents } = store.forTenant('a');
  await store.write(() => {
    for (let id = 1; id <= 10; id += 1) streamEvents.insert('s', id, `{"n":${id}}`);
    streamEvents.trim('s', 3);
  });
  expect(streamEvents.after('s', 0).map(({ id }) => id)).toEqual([8, 9, 10]);
  expect(streamEvents.lastId('s')).toBe(10);
});

it('hands out what is to be sent in order, and knows what was given up', async () => {
  await using store = await open();
  const { outbox } = store.forTenant('a');
  await store.write(() => {
    outbox.insert(outboxRow({ id: 'o1' }));
    outbox.insert(outboxRow({ id: 'o2' }));
  });
  expect(outbox.next('c')?.id).toBe('o1');
  await store.write(() => outbox.change('o1', { ...outboxRow({}), state: 'dead', attempts: 3, reason: 'gone' }));
  expect(outbox.next('c')?.id).toBe('o2');
  expect(outbox.unsettled()).toEqual(['c']);
  expect(outbox.undelivered({ limit: 5 }).map(({ id }) => id)).toEqual(['o1']);
});

it('a failing job undoes itself and leaves the others of its tick alone', async () => {
  await using store = await open();
  const { revisions } = store.forTenant('a');
  const results = await Promise.allSettled([
    store.write(() => store.forTenant('b').revisions.record({ revision: 'b', canonical: 1 })),
    store.write(() => {
      revisions.record({ revision: 'a', canonical: 1 });
      throw new Error('no');
    }),
    store.write(() => store.forTenant('c').revisions.record({ revision: 'c', canonical: 1 })),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect([
    revisions.last(),
    store.forTenant('b').revisions.last()?.revision,
    store.forTenant('c').revisions.last()?.revision,
  ]).toEqual([undefined, 'b', 'c']);
});
