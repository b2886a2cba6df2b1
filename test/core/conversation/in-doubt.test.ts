import { expect, it } from 'vitest';
import { PolyphonError } from '../../../core/contract/index.ts';
import { makeRig, type Rig, signal } from './rig.ts';

/** As if the process had ended while it was sending the answer, so long after that had begun. */
async function endWhileSending(rig: Rig, afterMs = 60_000): Promise<string> {
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  const { outbox } = rig.store.forTenant('acme');
  const row = outbox.byId(rig.tenant('acme').sent.at(-1)?.id ?? '');
  if (row === undefined) throw new Error('no row');
  const dueAt = rig.clock.now() - afterMs;
  await rig.store.write(() =>
    outbox.change(row.id, { ...row, state: 'sending', dueAt, providerMessageId: null, reason: null }),
  );
  rig.tenant('acme').sent.length = 0;
  rig.events.length = 0;
  return row.id;
}

const sentEvents = (rig: Rig) => rig.events.filter(({ type }) => type === 'channel.message.sent').length;

it('asks the platform, where it can be asked, before it sends once more what may have arrived', async () => {
  await using rig = await makeRig();
  const asked: [string, number][] = [];
  rig.tenant('acme').sms = {
    find: async ({ text }, sinceMs) => {
      asked.push([text, rig.clock.now() - sinceMs]);
      return ['p1', 'arrived', 'later'];
    },
  };
  const id = await endWhileSending(rig);
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(1000);
  expect(asked).toEqual([['Fine.', 60_000]]);
  expect(rig.tenant('acme').sent).toEqual([]);
  // `p1` is the greeting's.
  expect(rig.store.forTenant('acme').outbox.byId(id)).toMatchObject({
    state: 'delivered',
    providerMessageId: 'arrived',
    attempts: 1,
    resends: 0,
  });
  expect(sentEvents(rig)).toBe(1);
});

it('gives the platform some seconds to list a message before it is asked', async () => {
  await using rig = await makeRig();
  const asked: number[] = [];
  rig.tenant('acme').sms = {
    find: async (_, sinceMs) => {
      asked.push(rig.clock.now() - sinceMs);
      return [];
    },
  };
  await endWhileSending(rig, 1000);
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(3000);
  expect([asked, rig.tenant('acme').sent]).toEqual([[], []]);
  await rig.clock.advance(2000);
  expect(asked).toEqual([5000]);
  expect(rig.tenant('acme').sent.map(({ text }) => text)).toEqual(['Fine.']);
});

it('sends once more, and marked, what the platform knows only as another message, or does not tell', async () => {
  for (const find of [async () => ['p1'], () => Promise.reject(new Error('The platform is down.'))]) {
    await using rig = await makeRig();
    rig.tenant('acme').sms = { find };
    const id = await endWhileSending(rig);
    await rig.engine.recover(['acme'], signal);
    await rig.clock.advance(60_000);
    expect(rig.tenant('acme').sent.map((message) => message.id)).toEqual([id]);
    expect(rig.store.forTenant('acme').outbox.byId(id)).toMatchObject({ state: 'delivered', resends: 1 });
  }
});

it('asks as soon as the bot serves, where it did not at the start, and sends nothing before', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  let asked = 0;
  tenant.sms = {
    find: async () => {
      asked += 1;
      return ['arrived'];
    },
  };
  const id = await endWhileSending(rig);
  tenant.unavailable = new Error('The bot does not serve.');
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(3_600_000);
  expect([asked, rig.store.forTenant('acme').outbox.byId(id)?.resends]).toEqual([0, 0]);
  tenant.unavailable = undefined;
  await rig.clock.advance(60_000);
  expect([asked, tenant.sent]).toEqual([1, []]);
  expect(rig.store.forTenant('acme').outbox.byId(id)).toMatchObject({ state: 'delivered', resends: 0 });
});

it('gives up what may have arrived where the channel is gone for good', async () => {
  await using rig = await makeRig();
  const id = await endWhileSending(rig);
  rig.tenant('acme').unavailable = new PolyphonError('TEN2103', 'No channel sms is enabled.');
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(6.1 * 3_600_000);
  expect(rig.store.forTenant('acme').outbox.byId(id)).toMatchObject({ state: 'dead', reason: 'channel-removed' });
});

it.each([
  ['has it', ['arrived'], { state: 'delivered', providerMessageId: 'arrived' }],
  ['does not have it', [], { state: 'uncertain', providerMessageId: null, reason: 'no-answer' }],
])('asks a platform whose answer was lost, too: it %s', async (_, found, expected) => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = { find: async ({ text }) => (text === 'Fine.' ? found : []) };
  tenant.sendResults.push({ status: 'delivered', providerMessageId: 'g' }, { status: 'uncertain' });
  await rig.sms('Hello there');
  await rig.clock.advance(60_000);
  expect(tenant.sent).toHaveLength(2);
  expect(rig.store.forTenant('acme').outbox.byId(tenant.sent[1]?.id ?? '')).toMatchObject({ ...expected, attempts: 1 });
});

const confirming = { capabilities: { confirmsWithinMs: 10_000 } };

it('waits a while for a word of the platform that names the message, and then sends nothing more', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').sms = confirming;
  const id = await endWhileSending(rig);
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(9000);
  expect(rig.tenant('acme').sent).toEqual([]);
  await rig.told({ providerMessageId: 'arrived', message: id, status: 'sent' });
  await rig.told({ providerMessageId: 'arrived', message: id, status: 'delivered' });
  await rig.clock.advance(60_000);
  expect(rig.tenant('acme').sent).toEqual([]);
  const row = rig.store.forTenant('acme').outbox.byId(id);
  expect(row).toMatchObject({ state: 'delivered', providerMessageId: 'arrived', resends: 0, reason: null });
  expect(sentEvents(rig)).toBe(1);
});

it('lets go on at once what waited behind it', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').sms = confirming;
  const id = await endWhileSending(rig);
  await rig.engine.recover(['acme'], signal);
  await rig.sms('And more');
  await rig.clock.advance(2000);
  expect(rig.tenant('acme').sent).toEqual([]);
  await rig.told({ providerMessageId: 'arrived', message: id, status: 'sent' });
  await rig.clock.advance(1);
  expect(rig.tenant('acme').sent.map(({ text }) => text)).toEqual(['Fine.']);
  expect(rig.tenant('acme').sent[0]?.id).not.toBe(id);
});

it('sends once more, and marked, when no such word comes', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').sms = confirming;
  const id = await endWhileSending(rig);
  await rig.engine.recover(['acme'], signal);
  for (const [channel, tenantId, message] of [
    ['sms', 'other', id],
    ['web', 'acme', id],
    ['sms', 'acme', 'out_of_nobody'],
  ] as const) {
    await rig.engine.deliverer(tenantId, channel)([], [{ providerMessageId: 'x', message, status: 'sent' }]);
  }
  await rig.clock.advance(11_000);
  expect(rig.tenant('acme').sent.map((message) => message.id)).toEqual([id]);
  expect(rig.store.forTenant('acme').outbox.byId(id)).toMatchObject({ state: 'delivered', resends: 1 });
});

it('believes a word that comes before the process has looked at what it was sending', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').sms = confirming;
  const id = await endWhileSending(rig);
  await rig.told({ providerMessageId: 'arrived', message: id, status: 'failed', reason: '131026 undeliverable' });
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(60_000);
  expect(rig.tenant('acme').sent).toEqual([]);
  expect(rig.store.forTenant('acme').outbox.byId(id)).toMatchObject({
    state: 'dead',
    reason: '131026 undeliverable',
    resends: 0,
  });
  expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toMatchObject([
    { reason: '131026 undeliverable' },
  ]);
});

it.each([
  ['gets lost', { status: 'uncertain' as const }],
  ['is a refusal', { status: 'rejected' as const, reason: 'busy', retryAfterMs: 1000 }],
])('believes a word that comes while an answer is awaited which then %s', async (_, result) => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = {
    ...confirming,
    send: async (message) => {
      tenant.sent.push(message);
      await rig.told({ providerMessageId: `of ${message.text}`, message: message.id, status: 'sent' });
      return result;
    },
  };
  await rig.sms('Hello there');
  await rig.clock.advance(60_000);
  expect(tenant.sent).toHaveLength(2);
  const row = rig.store.forTenant('acme').outbox.byId(tenant.sent[1]?.id ?? '');
  expect(row).toMatchObject({ state: 'delivered', providerMessageId: 'of Fine.', attempts: 1, resends: 0 });
  expect(sentEvents(rig)).toBe(2);
  expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toEqual([]);
});

it('takes from the dead letters what turns out to have arrived', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = confirming;
  tenant.sendResults.push({ status: 'uncertain' });
  await rig.sms('Hello there');
  await rig.clock.advance(60_000);
  const [letter] = await rig.engine.deadLetters('acme', {}, signal);
  expect(letter).toMatchObject({ state: 'uncertain', text: 'Hello, I am an AI assistant.' });
  await rig.told({ providerMessageId: 'arrived', message: letter?.id ?? '', status: 'read' });
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
  expect(sentEvents(rig)).toBe(2);
});
