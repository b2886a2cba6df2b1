import { expect, it } from 'vitest';
import { PolyphonError } from '../../../core/contract/index.ts';
import { fakeModel, makeRig, type Rig, saying, settled, signal } from './rig.ts';

async function shown(rig: Rig) {
  const [conversation] = await rig.engine.list('acme', {}, signal);
  const messages = await rig.engine.messages('acme', conversation?.id ?? '', {}, signal);
  return messages.map(({ text, delivery }) => [text, delivery?.status, delivery?.reason] as const);
}

it('shows operators how far a message has come', async () => {
  await using rig = await makeRig();
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  expect(await shown(rig)).toEqual([
    ['Hello there', undefined, undefined],
    ['Hello, I am an AI assistant.', 'accepted', undefined],
    ['Fine.', 'accepted', undefined],
  ]);
  await rig.told({ providerMessageId: 'p1', status: 'delivered' }, { providerMessageId: 'p2', status: 'read' });
  expect((await shown(rig)).map(([, status]) => status)).toEqual([undefined, 'delivered', 'read']);
});

it('shows operators what a message came to, also when the platform has told more, and not as a reason', async () => {
  await using rig = await makeRig();
  const note = `2 segments, UCS-2${'.'.repeat(200)}`;
  rig
    .tenant('acme')
    .sendResults.push(
      { status: 'delivered', providerMessageId: 'p1' },
      { status: 'delivered', providerMessageId: 'p2', note },
    );
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  const last = async () => {
    const [conversation] = await rig.engine.list('acme', {}, signal);
    return (await rig.engine.messages('acme', conversation?.id ?? '', {}, signal)).at(-1)?.delivery;
  };
  expect(await last()).toEqual({ status: 'accepted', note: note.slice(0, 100) });
  await rig.told({ providerMessageId: 'p2', status: 'delivered', at: 0 });
  expect(await last()).toEqual({ status: 'delivered', note: note.slice(0, 100), at: new Date(0).toISOString() });
  await rig.told({ providerMessageId: 'p1', status: 'failed', reason: '30003 unreachable' });
  expect(rig.store.forTenant('acme').outbox.undelivered({ limit: 9 })).toMatchObject([{ reason: '30003 unreachable' }]);
});

it.each([
  ['sent delivered read', 'read'],
  ['read delivered sent', 'read'],
  ['delivered delivered sent', 'delivered'],
  ['failed sent', 'failed'],
  ['sent failed failed', 'failed'],
  ['failed delivered', 'delivered'],
  ['delivered failed', 'delivered'],
])('goes never backwards: %s is %s', async (told, expected) => {
  await using rig = await makeRig();
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  for (const status of told.split(' ') as ('sent' | 'delivered' | 'read' | 'failed')[]) {
    await rig.told({ providerMessageId: 'p2', status });
  }
  expect((await shown(rig)).at(-1)?.[1]).toBe(expected);
});

it('says once that a message has failed after all, and why', async () => {
  await using rig = await makeRig();
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  const failed = { providerMessageId: 'p2', status: 'failed' as const, reason: '131026 undeliverable' };
  await rig.told({ providerMessageId: 'p2', status: 'sent' });
  await rig.told(failed, failed);
  await rig.told(failed);
  expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toMatchObject([
    { channel: 'sms', reason: '131026 undeliverable' },
  ]);
  expect((await shown(rig)).at(-1)).toEqual(['Fine.', 'failed', '131026 undeliverable']);
});

it('keeps a status that comes before the answer to the request it is about', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').sms = {
    send: async (message) => {
      await rig.told({ providerMessageId: `of ${message.text}`, status: 'failed', reason: 'blocked' });
      return { status: 'delivered', providerMessageId: `of ${message.text}` };
    },
  };
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  expect((await shown(rig)).at(-1)).toEqual(['Fine.', 'failed', 'blocked']);
  expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toHaveLength(2);
});

it('takes messages and statuses of one request together', async () => {
  await using rig = await makeRig();
  const receipts = await rig.engine.deliverer('acme', 'sms')(
    [{ id: 'a', text: 'Hi', conversation: '+1', contact: { id: '+1' } }],
    [{ providerMessageId: 'unknown', status: 'read' }],
  );
  expect(receipts).toMatchObject([{ status: 'stored' }]);
  expect(rig.store.forTenant('acme').deliveryStatuses.find('sms', 'unknown')?.status).toBe('read');
  expect(rig.store.forTenant('other').deliveryStatuses.find('sms', 'unknown')).toBeUndefined();
});

it('shows of a message in pieces the piece that is worst off', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').models = [fakeModel(saying('A sentence of some length stands here. '.repeat(6)))];
  rig
    .tenant('acme')
    .sendResults.push(
      { status: 'delivered', providerMessageId: 'g' },
      { status: 'delivered', providerMessageId: 'one' },
      { status: 'rejected', reason: 'blocked' },
    );
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  await rig.told({ providerMessageId: 'one', status: 'read' });
  expect((await shown(rig)).at(-1)?.slice(1)).toEqual(['dead', 'blocked']);
});

it('tries a dead letter again, behind what waits', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sendResults.push(
    { status: 'rejected', reason: 'blocked' },
    { status: 'rejected', reason: 'busy', retryAfterMs: 60_000 },
  );
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  const [letter] = await rig.engine.deadLetters('acme', {}, signal);
  expect(letter).toMatchObject({
    text: 'Hello, I am an AI assistant.',
    reason: 'blocked',
    attempts: 1,
    channel: 'sms',
  });
  await rig.engine.retryDeadLetter('acme', letter?.id ?? '', signal);
  await rig.clock.advance(120_000);
  expect(tenant.sent.slice(2).map(({ text }) => text)).toEqual(['Fine.', 'Hello, I am an AI assistant.']);
  expect(tenant.sent.at(-1)?.id).toBe(letter?.id);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
  await expect(rig.engine.retryDeadLetter('acme', letter?.id ?? '', signal)).rejects.toThrow(/No dead letter/);
  await expect(rig.engine.retryDeadLetter('other', letter?.id ?? '', signal)).rejects.toThrow(/No dead letter/);
});

it('sends at once where nothing waits, with all attempts before it', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sendResults.push(
    { status: 'rejected', reason: 'busy', retryAfterMs: 1 },
    { status: 'rejected', reason: 'blocked' },
  );
  await rig.sms('Hello there');
  await rig.clock.advance(60_000);
  const [letter] = await rig.engine.deadLetters('acme', {}, signal);
  tenant.sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 1 });
  await rig.engine.retryDeadLetter('acme', letter?.id ?? '', signal);
  await rig.clock.advance(60_000);
  expect(tenant.sent.at(-1)?.text).toBe('Hello, I am an AI assistant.');
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
});

it('finds within seconds what another process has put back into the store', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  await rig.engine.recover(['acme'], signal);
  tenant.sendResults.push({ status: 'rejected', reason: 'blocked' });
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  const { outbox } = rig.store.forTenant('acme');
  const [row] = outbox.undelivered({ limit: 1 });
  if (row === undefined) throw new Error('no dead letter');
  await rig.store.write(() => outbox.change(row.id, { ...row, state: 'waiting', attempts: 0 }));
  await rig.clock.advance(11_000);
  await settled();
  expect(tenant.sent.at(-1)?.text).toBe('Hello, I am an AI assistant.');
});

it('writes down later what became of a message, when the disk refuses just then, and does not send it again', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  let isRefusing = false;
  tenant.sms = {
    send: async (message) => {
      isRefusing = message.text === 'Fine.' && tenant.sent.every(({ text }) => text !== 'Fine.');
      tenant.sent.push(message);
      return { status: 'delivered', providerMessageId: `at ${message.id}` };
    },
  };
  const write = rig.store.write.bind(rig.store);
  rig.store.write = (job, onCommit, onVisible) =>
    isRefusing ? Promise.reject(new PolyphonError('STO7002', 'The disk is full.')) : write(job, onCommit, onVisible);
  await rig.sms('Hello there');
  await rig.clock.advance(60_000);
  isRefusing = false;
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(60_000);
  expect(tenant.sent.map(({ text }) => text)).toEqual(['Hello, I am an AI assistant.', 'Fine.']);
  const row = rig.store.forTenant('acme').outbox.byId(tenant.sent.at(-1)?.id ?? '');
  expect(row).toMatchObject({ state: 'delivered', attempts: 1, resends: 0 });
});

it('leaves it to an operator whether what may have arrived is sent again, and keeps the mark', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sendResults.push({ status: 'uncertain' }, { status: 'uncertain' });
  await rig.sms('Hello there');
  await rig.clock.advance(60_000);
  expect(tenant.sent).toHaveLength(2);
  const [answer, greeting] = await rig.engine.deadLetters('acme', { state: 'uncertain' }, signal);
  expect([answer, greeting]).toMatchObject([
    { text: 'Fine.', state: 'uncertain', reason: 'no-answer', attempts: 1 },
    { text: 'Hello, I am an AI assistant.', state: 'uncertain' },
  ]);
  expect(await rig.engine.deadLetters('acme', { state: 'dead' }, signal)).toEqual([]);
  await rig.engine.retryDeadLetter('acme', answer?.id ?? '', signal);
  await rig.engine.dismissDeadLetter('acme', greeting?.id ?? '', signal);
  await rig.clock.advance(1000);
  expect(tenant.sent.slice(2).map(({ id }) => id)).toEqual([answer?.id]);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
  const { outbox } = rig.store.forTenant('acme');
  expect(outbox.byId(answer?.id ?? '')).toMatchObject({ state: 'delivered', resends: 1 });
  expect(await shown(rig)).toEqual([
    ['Hello there', undefined, undefined],
    ['Hello, I am an AI assistant.', 'dismissed', 'no-answer'],
    ['Fine.', 'accepted', undefined],
  ]);
  await expect(rig.engine.dismissDeadLetter('acme', greeting?.id ?? '', signal)).rejects.toThrow(/No dead letter/);
  await expect(rig.engine.dismissDeadLetter('other', answer?.id ?? '', signal)).rejects.toThrow(/No dead letter/);
});

/** As if the process had ended while it was sending the answer. */
async function endWhileSending(rig: Awaited<ReturnType<typeof makeRig>>, resends: number): Promise<string> {
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  const { outbox } = rig.store.forTenant('acme');
  const row = outbox.byId(rig.tenant('acme').sent.at(-1)?.id ?? '');
  if (row === undefined) throw new Error('no row');
  await rig.store.write(() =>
    outbox.change(row.id, { ...row, state: 'sending', providerMessageId: null, reason: null, resends }),
  );
  rig.tenant('acme').sent.length = 0;
  return row.id;
}

it('sends once more, marked and before what comes later, what was being sent when a process ended', async () => {
  await using rig = await makeRig();
  const id = await endWhileSending(rig, 0);
  rig.tenant('acme').models = [fakeModel(saying('Later.'))];
  await rig.sms('And more');
  await rig.clock.advance(60_000);
  const { outbox, conversations } = rig.store.forTenant('acme');
  expect(rig.tenant('acme').sent.map(({ text }) => text)).toEqual(['Fine.', 'Later.']);
  expect(outbox.byId(id)).toMatchObject({ state: 'delivered', attempts: 2, resends: 1 });
  const conversation = outbox.byId(id)?.conversationId ?? '';
  expect(conversations.byId(conversation)).toBeDefined();
  const history = await rig.engine.messages('acme', conversation, { limit: 10 }, signal);
  const repeated = history.filter(({ delivery }) => delivery?.repeated === true).map(({ text }) => text);
  expect(repeated).toEqual(['Fine.']);
});

it('leaves to an operator what was being sent each time that a process ended', async () => {
  await using rig = await makeRig();
  const id = await endWhileSending(rig, 3);
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(60_000);
  expect(rig.tenant('acme').sent).toEqual([]);
  expect(rig.store.forTenant('acme').outbox.byId(id)).toMatchObject({
    state: 'uncertain',
    reason: 'stopped-while-sending',
  });
});
