import { expect, it } from 'vitest';
import { bodyShape } from '../../../core/conversation/webhook-log/body-shape.ts';
import type { WebhookCall } from '../../../core/conversation/webhook-log/webhook-call.ts';
import { createWebhookJournal } from '../../../core/conversation/webhook-log/webhook-journal.ts';
import { readWebhookLog } from '../../../core/conversation/webhook-log/webhook-log-reader.ts';
import { openStore } from '../../../core/store/open-store.ts';
import { FakeClock } from '../../kit/index.ts';
import { silentLog } from './rig.ts';

async function open() {
  const clock = new FakeClock();
  const store = await openStore({ path: ':memory:', clock, log: silentLog });
  const journal = createWebhookJournal({ store, clock, log: silentLog });
  const read = (tenantId = 'acme', query: { limit: number; after?: number } = { limit: 2000 }) =>
    readWebhookLog(store.forTenant(tenantId), query, clock.now());
  const stack = new AsyncDisposableStack();
  stack.use(store);
  stack.use(journal);
  return { clock, store, journal, read, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function call(change: Partial<WebhookCall> = {}): WebhookCall {
  return {
    tenantId: 'acme',
    channel: 'sms',
    method: 'POST',
    route: 'webhook',
    status: 200,
    taken: { kind: 'ignored' },
    durationMs: 1.234,
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': 'sha256=abcdef',
      authorization: 'Bearer topsecret',
      cookie: 'session=private',
      'x-forwarded-for': '203.0.113.9',
    },
    body: Buffer.from('{"message":{"text":"my secret illness","from":{"id":4930123456}},"list":[1,2,3]}'),
    ...change,
  };
}

it('keeps what was asked and what was made of it, and not a value of what people wrote', async () => {
  await using desk = await open();
  desk.journal.record(call());
  await desk.clock.advance(200);
  const [entry] = desk.read();
  expect(entry).toMatchObject({
    channel: 'sms',
    route: 'webhook',
    status: 200,
    taken: 'ignored',
    durationMs: 1.23,
    bodyBytes: 80,
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': 'present', authorization: 'present' },
    shape: { message: { text: 'string', from: { id: 'number' } }, list: ['number', '3 in all'] },
  });
  expect(JSON.stringify(entry)).not.toMatch(/secret|private|abcdef|493012|203\.0/);
});

it('says of a body that was refused unread that nothing is known of it', async () => {
  await using desk = await open();
  desk.journal.record(call({ status: 413, taken: { kind: 'failed', code: 'HTP4003' }, body: undefined }));
  await desk.clock.advance(200);
  expect(desk.read()).toMatchObject([
    { status: 413, taken: 'failed', detail: 'HTP4003', bodyBytes: 0, shape: 'not read, because it was refused' },
  ]);
});

it('says of what was accepted how much was new, known and refused', async () => {
  await using desk = await open();
  const receipts = [
    { status: 'refused' as const, reason: 'rate-limited' as const },
    { status: 'refused' as const, reason: 'paused' as const },
  ];
  const statuses = [{ providerMessageId: 'p', status: 'read' as const }];
  desk.journal.record(call({ taken: { kind: 'accepted', receipts, statuses } }));
  desk.journal.record(call({ taken: { kind: 'accepted', receipts: [], statuses: [] } }));
  desk.journal.record(call({ taken: { kind: 'failed', code: 'STO7002' } }));
  await desk.clock.advance(200);
  expect(desk.read().map(({ detail }) => detail)).toEqual([
    'STO7002',
    'nothing to store',
    '2 messages, 2 refused (rate-limited, paused), 1 status',
  ]);
});

it('keeps a thousand of a tenant, none older than a week, and nothing of a neighbour goes for it', async () => {
  await using desk = await open();
  desk.journal.record(call({ tenantId: 'quiet' }));
  for (let round = 0; round < 6; round += 1) {
    for (let index = 0; index < 250; index += 1) desk.journal.record(call({ status: 200 + round }));
    await desk.clock.advance(1000);
  }
  const rows = desk.read();
  expect(rows.length).toBeGreaterThanOrEqual(1000);
  expect(rows.length).toBeLessThan(1100);
  expect(rows[0]?.status).toBe(205);
  expect(desk.read('quiet')).toHaveLength(1);
  expect(desk.read('acme', { limit: 3, after: (rows[1]?.id ?? 0) - 1 }).map(({ id }) => id)).toEqual([
    rows[1]?.id,
    rows[0]?.id,
  ]);
  await desk.clock.advance(8 * 86_400_000);
  expect(desk.read()).toEqual([]);
  expect(desk.read('quiet')).toEqual([]);
  for (let index = 0; index < 100; index += 1) desk.journal.record(call());
  await desk.clock.advance(1000);
  expect(desk.store.forTenant('acme').webhookLog.after(0, 5000)).toHaveLength(100);
});

it('keeps what was accepted however much is refused, and of the refused a share', async () => {
  await using desk = await open();
  const forged = call({ status: 401, taken: { kind: 'rejected', reason: 'bad-signature' } });
  for (let index = 0; index < 3; index += 1) desk.journal.record(call());
  for (let round = 0; round < 30; round += 1) {
    // More than one gathering takes, and the real one comes behind them.
    for (let index = 0; index < 2500; index += 1) desk.journal.record(forged);
    if (round === 29) desk.journal.record(call({ status: 202 }));
    await desk.clock.advance(1000);
  }
  const rows = desk.read('acme', { limit: 9000 });
  expect(rows.filter(({ taken }) => taken === 'ignored').map(({ status }) => status)).toEqual([202, 200, 200, 200]);
  const refused = rows.filter(({ taken }) => taken === 'rejected');
  expect(refused.length).toBeGreaterThanOrEqual(100);
  expect(refused.length).toBeLessThanOrEqual(200);
});

it('writes what is left when it closes, and takes nothing more', async () => {
  await using desk = await open();
  desk.journal.record(call());
  await desk.journal[Symbol.asyncDispose]();
  desk.journal.record(call());
  expect(desk.read()).toHaveLength(1);
});

it('gives up requests before it gives up memory', async () => {
  await using desk = await open();
  for (let index = 0; index < 5000; index += 1) desk.journal.record(call());
  await desk.clock.advance(1000);
  expect(desk.store.forTenant('acme').webhookLog.after(0, 9000).length).toBeLessThanOrEqual(2000);
});

it.each([
  [
    'a form',
    'Body=hello&From=%2B4930&From=x',
    'application/x-www-form-urlencoded; charset=utf-8',
    { Body: 'string', From: 'string' },
  ],
  ['nothing', '', 'application/json', 'empty'],
  ['a broken body', '{"a":', 'application/json', 'not JSON'],
  ['something else', 'hello there', 'text/plain', 'not text that is known'],
  [
    'keys that somebody wrote',
    '{"my name is Ann":1,"user4930123":2,"ok":null}',
    'application/json',
    { '*': 'number', ok: 'null' },
  ],
  ['depth', '{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":1}}}}}}}}}', 'application/json', expect.anything()],
])('describes %s', (_, body, type, shape) => {
  expect(bodyShape(Buffer.from(body), type)).toEqual(shape);
});

it('stays small whatever comes', () => {
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`k${index}`, { a: 1 }])));
  expect(JSON.stringify(bodyShape(Buffer.from(many), 'application/json')).length).toBeLessThan(2000);
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  expect(JSON.stringify(bodyShape(Buffer.from(deep), 'application/json')).length).toBeLessThan(100);
  const proto = bodyShape(Buffer.from('{"__proto__":{"x":1},"constructor":1}'), 'application/json');
  expect(Object.getPrototypeOf(proto)).toBeNull();
});
