import { expect, it } from 'vitest';
import { systemClock } from '../../../core/kernel/system.ts';
import { openStore } from '../../../core/store/open-store.ts';
import { forgettingBegins } from '../../../core/store/personal-data.ts';
import type { TenantStore } from '../../../core/store/tenant-store.ts';
import { silentLog } from '../conversation/rig.ts';
import { outboxRow } from './outbox-row.ts';

const before = 1_000_000;

/** A conversation with so many exchanges, each a moment after the one before; what was said last is young. */
function talk(tenant: TenantStore, id: string, exchanges: number, createdAt: number): void {
  tenant.conversations.insert({
    ...{ id, channel: 'sms', externalId: id, contactId: 'p', sessionId: `s-${id}`, owner: 'bot', misses: 0 },
    ...{ language: null, createdAt, lastActiveAt: before + 1 },
  });
  for (let one = 0; one <= exchanges; one += 1) {
    const at = one < exchanges ? createdAt + one : before + 1;
    const ids = { turn: `t-${id}-${one}`, asked: `q-${id}-${one}`, said: `a-${id}-${one}` };
    for (const [role, messageId] of [
      ['contact', ids.asked],
      ['bot', ids.said],
    ] as const) {
      const createdAt = new Date(at).toISOString();
      tenant.messages.insert({
        message: {
          ...{ id: messageId, role, text: `${messageId} words`, channel: 'sms', createdAt },
          ...{ attachments: [], actions: [], citations: [] },
        },
        ...{ conversationId: id, sessionId: `s-${id}`, turnId: ids.turn, createdAtMs: at },
      });
    }
    tenant.turns.insert({
      ...{
        id: ids.turn,
        conversationId: id,
        state: 'completed',
        outcome: 'answered',
        replyId: ids.said,
        revision: 'r',
      },
      ...{ errorCode: null, trace: '{}', startedAt: at, completedAt: at },
    });
    for (const piece of ['1', '2']) {
      tenant.outbox.insert(
        outboxRow({
          ...{ id: `o-${id}-${one}-${piece}`, conversationId: id, messageId: ids.said, createdAt: at },
          ...{ state: 'delivered', providerMessageId: `sent-${id}-${one}-${piece}` },
        }),
      );
    }
  }
}

it('forgets what was said long ago in conversations that go on, in parts, and nothing else', async () => {
  await using store = await openStore({ path: ':memory:', clock: systemClock, log: silentLog });
  const [tenant, other] = [store.forTenant('acme'), store.forTenant('other')];
  await store.write(() => {
    talk(tenant, 'a-long', 700, 10);
    for (let one = 0; one < 60; one += 1) talk(tenant, `b-${String(one).padStart(2, '0')}`, 2, 2000 + one);
    talk(tenant, 'c-young', 3, before);
    talk(other, 'a-long', 3, 10);
    tenant.outbox.insert(
      outboxRow({ id: 'waits', conversationId: 'a-long', messageId: 'q-a-long-5', state: 'waiting', createdAt: 5 }),
    );
  });
  let parts = 0;
  let place = forgettingBegins;
  for (; place.at !== 'done'; parts += 1) {
    const from = place;
    place = await store.write(() => tenant.personalData.forget(from, { before, idsKeptSince: before }));
  }
  // Of each exchange two messages, the turn, two rows of the outbox; of the message for which something waits nothing.
  expect(place.forgotten).toBe(5 * (700 + 120) - 1);
  expect(parts).toBeGreaterThan(10);
  const words = (of: TenantStore, conversationId: string) =>
    of.messages.after({ conversationId }, 0, 5000).map(({ text }) => text);
  expect(words(tenant, 'a-long')).toEqual(['q-a-long-5 words', 'q-a-long-700 words', 'a-a-long-700 words']);
  for (const conversation of ['b-00', 'b-59']) expect(words(tenant, conversation)).toHaveLength(2);
  expect(words(tenant, 'c-young')).toHaveLength(8);
  expect(words(other, 'a-long')).toHaveLength(8);
  const turns = (of: TenantStore) =>
    ['t-a-long-0', 't-a-long-699', 't-b-59-1', 't-a-long-700'].map((id) => of.turns.byId(id)?.id);
  expect(turns(tenant)).toEqual([undefined, undefined, undefined, 't-a-long-700']);
  expect(other.turns.byId('t-a-long-0')?.id).toBe('t-a-long-0');
  const sent = ['o-a-long-0-1', 'o-a-long-699-2', 'o-b-59-1-2', 'waits', 'o-a-long-700-2', 'o-c-young-0-1'];
  expect(sent.map((id) => tenant.outbox.byId(id)?.id)).toEqual([undefined, undefined, undefined, ...sent.slice(3)]);
  expect(other.outbox.byId('o-a-long-0-1')?.id).toBe('o-a-long-0-1');
});

it('keeps a turn that ended later for as long as what it said, and one that said nothing no longer than what was asked', async () => {
  await using store = await openStore({ path: ':memory:', clock: systemClock, log: silentLog });
  const tenant = store.forTenant('acme');
  const say = (id: string, role: 'contact' | 'bot', turnId: string, at: number): void =>
    tenant.messages.insert({
      message: {
        ...{ id, role, text: `${id} words`, channel: 'sms', createdAt: new Date(at).toISOString() },
        ...{ attachments: [], actions: [], citations: [] },
      },
      ...{ conversationId: 'c', sessionId: 's', turnId, createdAtMs: at },
    });
  const end = (id: string, replyId: string | null, at: number): void =>
    tenant.turns.insert({
      ...{ id, conversationId: 'c', state: 'completed', outcome: replyId === null ? 'silent' : 'answered', replyId },
      ...{ revision: 'r', errorCode: null, trace: '{}', startedAt: at, completedAt: at },
    });
  await store.write(() => {
    tenant.conversations.insert({
      ...{ id: 'c', channel: 'sms', externalId: 'c', contactId: 'p', sessionId: 's', owner: 'bot', misses: 0 },
      ...{ language: null, createdAt: 1, lastActiveAt: before + 9 },
    });
    say('asked', 'contact', 'answering', before - 5);
    say('alone', 'contact', 'silent', before - 4);
    say('twice', 'contact', 'of-two', before - 3);
    say('said', 'bot', 'answering', before + 5);
    say('thrice', 'contact', 'of-two', before + 6);
    end('answering', 'said', before + 5);
    end('silent', null, before + 5);
    end('of-two', null, before + 7);
  });
  const forget = async (limit: number) => {
    let place = forgettingBegins;
    while (place.at !== 'done') {
      const from = place;
      place = await store.write(() => tenant.personalData.forget(from, { before: limit, idsKeptSince: limit }));
    }
    return ['answering', 'silent', 'of-two'].filter((id) => tenant.turns.byId(id) !== undefined);
  };
  expect(await forget(before)).toEqual(['answering', 'of-two']);
  expect(await forget(before + 6)).toEqual(['of-two']);
  expect(await forget(before + 8)).toEqual([]);
});
