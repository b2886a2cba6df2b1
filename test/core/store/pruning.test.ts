import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../core/store/open-store.ts';
import { forgettingBegins } from '../../../core/store/personal-data.ts';
import { FakeClock } from '../../kit/index.ts';
import { silentLog } from '../conversation/rig.ts';
import { outboxRow } from './outbox-row.ts';

async function openFile() {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-pruning-'));
  const path = join(folder, 'store.db');
  const store = await openStore({ path, clock: new FakeClock(), log: silentLog });
  const sqlite = new BetterSqlite3(path);
  onTestFinished(async () => {
    sqlite.close();
    await store[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  return { store, tenant: store.forTenant('acme'), sqlite };
}

it('forgets what platforms told of messages that nobody knows, and keeps what they told of ours for as long as those', async () => {
  const { store, tenant } = await openFile();
  const { deliveryStatuses, outbox } = tenant;
  const told = (channel: string, providerMessageId: string, at: number) =>
    deliveryStatuses.advance({ channel, providerMessageId, status: 'read', reason: null, at });
  await store.write(() => {
    tenant.conversations.insert({
      ...{ id: 'c', channel: 'sms', externalId: 'c', contactId: 'p', sessionId: 's', owner: 'bot', misses: 0 },
      ...{ language: null, createdAt: 1, lastActiveAt: 500 },
    });
    const said = { role: 'bot', text: 'Hello', channel: 'sms', createdAt: new Date(1).toISOString() } as const;
    tenant.messages.insert({
      message: { id: 'm', ...said, attachments: [], actions: [], citations: [] },
      ...{ conversationId: 'c', sessionId: 's', turnId: null, createdAtMs: 1 },
    });
    outbox.insert(outboxRow({ state: 'delivered', providerMessageId: 'ours', createdAt: 1 }));
    told('sms', 'ours', 10);
    for (let one = 0; one < 600; one += 1) told('sms', `theirs ${one}`, 20);
    told('chat', 'ours', 20);
    told('sms', 'young', 1000);
    store.forTenant('other').deliveryStatuses.advance({
      ...{ channel: 'sms', providerMessageId: 'theirs 1', status: 'read', reason: null, at: 20 },
    });
  });
  const parts: number[] = [];
  while (parts.at(-1) !== 0) parts.push(await store.write(() => deliveryStatuses.prune(1000)));
  expect(parts).toEqual([250, 250, 102, 0]);
  const kept = (providerMessageId: string, channel = 'sms') => deliveryStatuses.find(channel, providerMessageId);
  expect([kept('ours')?.status, kept('young')?.status]).toEqual(['read', 'read']);
  expect([kept('theirs 1'), kept('ours', 'chat')]).toEqual([undefined, undefined]);
  expect(store.forTenant('other').deliveryStatuses.find('sms', 'theirs 1')?.status).toBe('read');
  let place = forgettingBegins;
  while (place.at !== 'done') {
    place = await store.write(() => tenant.personalData.forget(place, { before: 500, idsKeptSince: 500 }));
  }
  expect(kept('ours')).toBeUndefined();
  expect(kept('young')?.status).toBe('read');
});

it('forgets ids of what was received in parts, and none of what waits', async () => {
  const { store, tenant } = await openFile();
  const { inbox } = tenant;
  const others = store.forTenant('other').inbox;
  const row = (externalId: string, receivedAt: number) => ({
    ...{ channel: 'sms', conversationId: 'c', externalId, messageId: externalId, turnId: 't', receivedAt },
    ...{ heardAt: receivedAt, dueAt: receivedAt, groupName: null },
  });
  await store.write(() => {
    for (let one = 0; one < 300; one += 1) inbox.insertDone(row(`old ${one}`, one));
    inbox.insert(row('waits', 5));
    others.insertDone(row('old', 7));
    inbox.insertDone(row('young', 1000));
    for (let one = 0; one < 300; one += 1) others.insertDone(row(`young ${one}`, 1000));
  });
  const parts: (number | undefined)[] = [];
  for (let after: number | undefined = 0; after !== undefined; parts.push(after)) {
    const from: number = after;
    after = await store.write(() => store.received.prune(from, 1000));
  }
  expect(parts).toEqual([250, 500, undefined]);
  const left = ['old 7', 'old 299', 'waits', 'young'].map((id) => inbox.find('sms', 'c', id)?.externalId);
  expect(left).toEqual([undefined, undefined, 'waits', 'young']);
  const leftOfOthers = ['old', 'young 0', 'young 299'].map((id) => others.find('sms', 'c', id)?.externalId);
  expect(leftOfOthers).toEqual([undefined, 'young 0', 'young 299']);
});

it.each([
  ['delivery_statuses', 'at', 'AND matched = 0', 'delivery_statuses_unmatched'],
  ['erased_messages', 'received_at', '', 'erased_messages_by_age'],
])('finds what is old in %s by an index, in order', async (table, at, which, index) => {
  const { sqlite } = await openFile();
  const plan = sqlite
    .prepare(
      `EXPLAIN QUERY PLAN SELECT tenant_id FROM ${table} WHERE tenant_id = ? AND ${at} < ? ${which} ORDER BY ${at} LIMIT 5`,
    )
    .all('a', 1) as readonly { readonly detail: string }[];
  expect(plan.map(({ detail }) => detail).join()).toMatch(
    new RegExp(`^SEARCH ${table} USING .*${index} \\(tenant_id=\\? AND ${at}<\\?\\)$`),
  );
});
