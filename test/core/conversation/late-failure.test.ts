import { describe, expect, it } from 'vitest';
import type { Channel, DeliveryStatus, SendResult } from '../../../core/contract/index.ts';
import { channelStatistics } from '../../../core/conversation/channel-statistics.ts';
import { makeRig, type Rig, settled, signal } from './rig.ts';

const closed: DeliveryStatus = { providerMessageId: 'p2', status: 'failed', reason: '131047 window-closed' };
const template = { name: 'continue', language: 'en', parameters: [] };
const asTemplate: Channel['outsideWindow'] = (message) => ({ ...message, template });

async function answered(rig: Rig): Promise<string> {
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  const [conversation] = await rig.engine.list('acme', {}, signal);
  return conversation?.id ?? '';
}

async function deliveries(rig: Rig, conversation: string) {
  const messages = await rig.engine.messages('acme', conversation, {}, signal);
  return messages.map(({ text, delivery }) => [text, delivery?.status, delivery?.reason]);
}

const dead = (rig: Rig) =>
  channelStatistics(rig.store.forTenant('acme').statistics, 0).find(({ channel }) => channel === 'sms')?.deliveries;

it('makes a dead letter of what the platform took and did not bring, which is counted, shown and sent again', async () => {
  await using rig = await makeRig();
  const conversation = await answered(rig);
  await rig.told({ providerMessageId: 'p2', status: 'failed', reason: '30003 unreachable' });
  const letters = await rig.engine.deadLetters('acme', {}, signal);
  expect(letters).toMatchObject([{ text: 'Fine.', state: 'dead', reason: '30003 unreachable', attempts: 1 }]);
  expect(dead(rig)).toEqual({ dead: 1, uncertain: 0 });
  expect((await deliveries(rig, conversation)).at(-1)).toEqual(['Fine.', 'failed', '30003 unreachable']);
  await rig.engine.retryDeadLetter('acme', letters[0]?.id ?? '', signal);
  await settled();
  expect(rig.tenant('acme').sent.map(({ text }) => text)).toEqual(['Hello, I am an AI assistant.', 'Fine.', 'Fine.']);
  expect((await deliveries(rig, conversation)).at(-1)).toEqual(['Fine.', 'accepted', undefined]);
  expect(dead(rig)).toEqual({ dead: 0, uncertain: 0 });
});

it('does not take a late word on the send that failed for one on the next', async () => {
  await using rig = await makeRig();
  const conversation = await answered(rig);
  const failed: DeliveryStatus = { providerMessageId: 'p2', status: 'failed', reason: '30003 unreachable' };
  await rig.told(failed);
  const [letter] = await rig.engine.deadLetters('acme', {}, signal);
  const message = letter?.id ?? '';
  rig.tenant('acme').sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 60_000 });
  await rig.engine.retryDeadLetter('acme', message, signal);
  await settled();
  // Named by our id, while it waits for its next try.
  await rig.told({ ...failed, message }, { providerMessageId: 'p2', status: 'sent', message });
  expect((await deliveries(rig, conversation)).at(-1)).toEqual(['Fine.', 'waiting', 'busy']);
  await rig.clock.advance(120_000);
  expect(rig.tenant('acme').sent).toHaveLength(4);
  await rig.told({ ...failed, message }, failed);
  expect((await deliveries(rig, conversation)).at(-1)).toEqual(['Fine.', 'accepted', undefined]);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
  expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toHaveLength(1);
});

it('is no dead letter any more when the platform has brought it after all, and keeps its rest when dismissed', async () => {
  await using rig = await makeRig();
  const conversation = await answered(rig);
  await rig.told({ providerMessageId: 'p1', status: 'failed' }, { providerMessageId: 'p2', status: 'failed' });
  const letters = await rig.engine.deadLetters('acme', {}, signal);
  expect(letters).toHaveLength(2);
  await rig.told({ providerMessageId: 'p2', status: 'delivered' });
  expect(await rig.engine.deadLetters('acme', {}, signal)).toMatchObject([{ text: 'Hello, I am an AI assistant.' }]);
  await rig.engine.dismissDeadLetter('acme', letters[1]?.id ?? '', signal);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
  expect((await deliveries(rig, conversation)).map(([, status]) => status)).toEqual([
    undefined,
    'dismissed',
    'delivered',
  ]);
});

it('invites once where the platform finds late that the window has closed, and says it all when the person has written', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').sms = { outsideWindow: asTemplate };
  const conversation = await answered(rig);
  await rig.told({ ...closed, providerMessageId: 'p1' }, closed, closed);
  await settled();
  const said = () => rig.tenant('acme').sent.map((message) => [message.text, message.template?.name]);
  expect(said().slice(2)).toEqual([['Hello, I am an AI assistant.', 'continue']]);
  expect((await deliveries(rig, conversation)).slice(1)).toEqual([
    ['Hello, I am an AI assistant.', 'waiting', 'awaits-reply'],
    ['Fine.', 'waiting', 'awaits-reply'],
  ]);
  const sentEvents = () => rig.events.filter(({ type }) => type === 'channel.message.sent').length;
  expect(sentEvents()).toBe(2);
  await rig.clock.advance(600_000);
  expect(said()).toHaveLength(3);
  await rig.sms('Yes please');
  await rig.clock.advance(1000);
  expect(said().slice(3)).toEqual([
    ['Hello, I am an AI assistant.', undefined],
    ['Fine.', undefined],
    ['Fine.', undefined],
  ]);
  expect(rig.events.some(({ type }) => type === 'delivery.failed')).toBe(false);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
});

it('sends another template ahead of what is held, which waits on', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = { outsideWindow: asTemplate };
  await answered(rig);
  await rig.told(closed);
  await settled();
  const [view] = await rig.engine.list('acme', {}, signal);
  const offer = { ...template, name: 'offer' };
  await rig.engine
    .outboundOf('acme', 'sms')
    .enqueue(view?.session ?? '', { text: 'An offer', template: offer }, signal);
  await rig.clock.advance(1000);
  expect(tenant.sent.slice(2).map((message) => message.template?.name)).toEqual(['continue', 'offer']);
  await rig.sms('Yes please');
  await rig.clock.advance(1000);
  expect(tenant.sent.slice(4).map(({ text }) => text)).toEqual(['Fine.', 'Fine.']);
});

it('counts the window from when the person wrote, however late that came', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = { capabilities: { replyWindowMs: 86_400_000 } };
  await rig.sms('Hello there', { sentAt: rig.clock.now() - 25 * 3_600_000 });
  await rig.clock.advance(1000);
  expect(tenant.sent).toEqual([]);
  const letters = await rig.engine.deadLetters('acme', {}, signal);
  expect(letters.map(({ reason }) => reason)).toEqual(['window-closed', 'window-closed']);
});

it('gives up after a week what nobody has answered the invitation for', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').sms = { outsideWindow: asTemplate };
  await answered(rig);
  await rig.told(closed);
  await rig.clock.advance(8 * 86_400_000);
  expect(rig.tenant('acme').sent).toHaveLength(3);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toMatchObject([{ text: 'Fine.', reason: 'window-closed' }]);
});

it.each(['at once', 'late'] as const)('gives up what an invitation was for that is refused %s', async (when) => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = { outsideWindow: asTemplate };
  const conversation = await answered(rig);
  const reason = '132001 template-unknown';
  if (when === 'at once') tenant.sendResults.push({ status: 'rejected', reason });
  await rig.told(closed);
  await settled();
  if (when === 'late') await rig.told({ providerMessageId: 'p3', status: 'failed', reason });
  const letters = await rig.engine.deadLetters('acme', {}, signal);
  expect(letters).toMatchObject([{ text: 'Fine.', state: 'dead', reason }]);
  expect((await deliveries(rig, conversation)).at(-1)).toEqual(['Fine.', 'dead', reason]);
  expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toMatchObject([{ reason }]);
  await rig.engine.retryDeadLetter('acme', letters[0]?.id ?? '', signal);
  await settled();
  expect(tenant.sent.at(-1)).toMatchObject({ text: 'Fine.' });
});

it('sends the template in place of the message where it carries it', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = {
    outsideWindow: (message) => ({
      ...message,
      template: { ...template, parameters: [message.text], carriesMessage: true },
    }),
  };
  const conversation = await answered(rig);
  await rig.told(closed);
  await settled();
  expect(tenant.sent.at(-1)?.template?.parameters).toEqual(['Fine.']);
  expect((await deliveries(rig, conversation)).at(-1)).toEqual(['Fine.', 'accepted', undefined]);
  await rig.told({ ...closed, providerMessageId: 'p3' });
  await settled();
  expect(tenant.sent).toHaveLength(3);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toMatchObject([
    { text: 'Fine.', reason: '131047 window-closed', attempts: 2 },
  ]);
});

it.each(['told before the answer to the request', 'the answer to the request'])(
  'invites also where the news of the window is %s',
  async (how) => {
    await using rig = await makeRig();
    const tenant = rig.tenant('acme');
    let open = false;
    tenant.sms = {
      outsideWindow: asTemplate,
      send: async (message) => {
        tenant.sent.push(message);
        const providerMessageId = `at ${tenant.sent.length}`;
        if (message.template === undefined && !open) {
          if (how === 'the answer to the request') return { status: 'rejected', reason: 'window-closed' };
          await rig.told({ ...closed, providerMessageId });
        }
        return { status: 'delivered', providerMessageId };
      },
    };
    await answered(rig);
    const said = () => tenant.sent.map((message) => `${message.text} ${message.template?.name}`);
    expect(said()).toEqual(['Hello, I am an AI assistant. undefined', 'Hello, I am an AI assistant. continue']);
    open = true;
    await rig.sms('Go on');
    await rig.clock.advance(1000);
    expect(said().slice(2)).toEqual(['Hello, I am an AI assistant. undefined', 'Fine. undefined', 'Fine. undefined']);
  },
);

it('is a dead letter with the platform’s reason where no template is mapped', async () => {
  await using rig = await makeRig();
  await answered(rig);
  await rig.told(closed);
  await settled();
  expect(rig.tenant('acme').sent).toHaveLength(2);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toMatchObject([{ reason: '131047 window-closed' }]);
  expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toMatchObject([
    { reason: '131047 window-closed', messageId: expect.stringMatching(/^msg_/) },
  ]);
});

describe('a part that the platform took and did not bring', () => {
  const reason = '131053 media-not-uploaded';
  const partOf = (message: string, fields: Partial<DeliveryStatus> = {}): DeliveryStatus => ({
    ...{ providerMessageId: 'picture', message, part: true, status: 'failed', reason },
    ...fields,
  });
  const rowOf = (rig: Rig, id = 'p2') => rig.store.forTenant('acme').outbox.byProviderMessageId('sms', id)?.id ?? '';

  it('makes a dead letter of the message, which stays one when the last part arrives, and is sent again', async () => {
    await using rig = await makeRig();
    const conversation = await answered(rig);
    const message = rowOf(rig);
    await rig.told({ providerMessageId: 'p2', status: 'delivered', message });
    await rig.told(partOf(message), partOf(message), { providerMessageId: 'p2', status: 'read', message });
    const letters = await rig.engine.deadLetters('acme', {}, signal);
    expect(letters).toMatchObject([{ id: message, text: 'Fine.', state: 'dead', reason }]);
    expect((await deliveries(rig, conversation)).at(-1)).toEqual(['Fine.', 'failed', reason]);
    expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toMatchObject([{ reason }]);
    await rig.engine.retryDeadLetter('acme', message, signal);
    await settled();
    await rig.told(partOf(message));
    expect((await deliveries(rig, conversation)).at(-1)).toEqual(['Fine.', 'accepted', undefined]);
    expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
  });

  it.each([reason, undefined])('does so also where that is told while the rest is being sent: %s', async (told) => {
    await using rig = await makeRig();
    const tenant = rig.tenant('acme');
    tenant.sms = {
      send: async (message) => {
        tenant.sent.push(message);
        if (message.text === 'Fine.') {
          const { reason: _, ...failure } = partOf(message.id);
          await rig.told(told === undefined ? failure : { ...failure, reason: told });
        }
        return { status: 'delivered', providerMessageId: `at ${tenant.sent.length}` };
      },
    };
    const conversation = await answered(rig);
    expect((await deliveries(rig, conversation)).at(-1)?.slice(0, 2)).toEqual(['Fine.', 'failed']);
    expect(await rig.engine.deadLetters('acme', {}, signal)).toMatchObject([
      { text: 'Fine.', reason: told ?? 'failed' },
    ]);
    expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toHaveLength(1);
  });

  it('does so also where that is told while the rest waits for its next try', async () => {
    await using rig = await makeRig();
    const tenant = rig.tenant('acme');
    tenant.sendResults.push(
      { status: 'delivered', providerMessageId: 'p1' },
      { status: 'rejected', reason: 'pair-rate-limited', retryAfterMs: 60_000 },
    );
    await answered(rig);
    const [waiting] = rig.store
      .forTenant('acme')
      .outbox.unsettledOf((await rig.engine.list('acme', {}, signal))[0]?.id ?? '');
    await rig.told(partOf(waiting?.id ?? ''));
    await rig.clock.advance(120_000);
    expect(tenant.sent).toHaveLength(2);
    expect(await rig.engine.deadLetters('acme', {}, signal)).toMatchObject([{ text: 'Fine.', reason }]);
  });

  /** A channel that has sent a picture ahead of what it says here. */
  function keeping(rig: Rig) {
    const tenant = rig.tenant('acme');
    tenant.sms = {
      send: async (message, _, keep) => {
        tenant.sent.push(message);
        const result = tenant.sendResults.shift() ?? {
          status: 'delivered',
          providerMessageId: `p${tenant.sent.length}`,
        };
        if (result.status !== 'delivered') await keep?.('the picture is out');
        return result;
      },
    };
    return tenant;
  }

  it('has all of it sent again also where it failed because the window had closed', async () => {
    await using rig = await makeRig();
    const tenant = keeping(rig);
    tenant.sendResults.push({ status: 'delivered', providerMessageId: 'p1' }, { status: 'uncertain' });
    await answered(rig);
    const message = (await rig.engine.deadLetters('acme', {}, signal))[0]?.id ?? '';
    await rig.told(partOf(message, { reason: '131047 window-closed' }));
    await rig.engine.retryDeadLetter('acme', message, signal);
    await settled();
    expect(tenant.sent.map(({ progress }) => progress)).toEqual([undefined, undefined, undefined]);
  });

  it.each<[string, SendResult]>([
    ['is uncertain', { status: 'uncertain' }],
    ['is a dead letter', { status: 'rejected', reason: 'not-allowed' }],
  ])('has all of the message sent again where the rest of it %s', async (_, result) => {
    await using rig = await makeRig();
    const tenant = keeping(rig);
    tenant.sendResults.push({ status: 'delivered', providerMessageId: 'p1' }, result);
    await answered(rig);
    const letters = () => rig.engine.deadLetters('acme', {}, signal);
    const message = (await letters())[0]?.id ?? '';
    await rig.told(partOf(message));
    expect(await letters()).toMatchObject([
      { state: 'dead', reason: result.status === 'rejected' ? result.reason : reason },
    ]);
    await rig.engine.retryDeadLetter('acme', message, signal);
    await settled();
    expect(tenant.sent).toHaveLength(3);
    expect(tenant.sent[2]).not.toHaveProperty('progress');
  });

  it('has all of it sent again also where it was to go on with the rest', async () => {
    await using rig = await makeRig();
    const tenant = keeping(rig);
    tenant.sendResults.push(
      { status: 'delivered', providerMessageId: 'p1' },
      { status: 'rejected', reason: 'busy', retryAfterMs: 60_000 },
    );
    await answered(rig);
    const { outbox } = rig.store.forTenant('acme');
    const row = outbox.byId(tenant.sent[1]?.id ?? '');
    if (row === undefined) throw new Error('no row');
    // As an operator's retry leaves it.
    await rig.store.write(() => outbox.change(row.id, { ...row, reason: null }));
    await rig.told(partOf(row.id));
    await rig.clock.advance(120_000);
    expect(tenant.sent.map((message) => message.progress)).toEqual([undefined, undefined, undefined]);
    expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
  });

  it('says nothing of the message where it went well, where the window closed, or of no message', async () => {
    await using rig = await makeRig();
    const conversation = await answered(rig);
    const message = rowOf(rig);
    await rig.told(
      partOf(message, { status: 'sent' }),
      partOf(message, { providerMessageId: 'second', status: 'delivered' }),
      partOf(message, { providerMessageId: 'third', reason: '131047 window-closed' }),
      partOf('out_none', { providerMessageId: 'fourth' }),
    );
    expect((await deliveries(rig, conversation)).at(-1)).toEqual(['Fine.', 'accepted', undefined]);
    expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
  });
});

it('holds on to what is held where the platform tells late of an earlier send, that it took it and did not bring it', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').sms = { outsideWindow: asTemplate };
  const conversation = await answered(rig);
  await rig.told(closed);
  await rig.clock.advance(1000);
  const { outbox } = rig.store.forTenant('acme');
  const held = () => outbox.unsettledOf(conversation).map(({ reason }) => reason);
  expect(held()).toEqual(['awaits-reply']);
  const [row] = outbox.unsettledOf(conversation);
  const earlier = { providerMessageId: 'p-earlier', message: row?.id ?? '' };
  await rig.told({ ...earlier, status: 'sent' });
  await rig.told({ ...earlier, status: 'failed', reason: '131047 window-closed' });
  await rig.clock.advance(1000);
  expect(held()).toEqual(['awaits-reply']);
  await rig.sms('Here I am');
  await rig.clock.advance(1000);
  expect(held()).toEqual([]);
  expect((await deliveries(rig, conversation)).filter(([, status]) => status === 'accepted')).toHaveLength(3);
});

it('does not revive what STOP gave up by a late word on an earlier send, nor lets others wait behind it', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').sms = { outsideWindow: asTemplate, capabilities: { consent: 'opt-out' } };
  await answered(rig);
  await rig.told(closed);
  await rig.clock.advance(1000);
  // Held for a week.
  const { outbox } = rig.store.forTenant('acme');
  const [row] = outbox.unsettled().flatMap((id) => outbox.unsettledOf(id));
  const id = row?.id ?? '';
  expect(row?.reason).toBe('awaits-reply');
  await rig.sms('STOP', { consent: 'stop' });
  await rig.clock.advance(1000);
  await rig.told({ ...closed, providerMessageId: 'earlier', message: id });
  await rig.clock.advance(1000);
  expect(outbox.byId(id)?.state).toBe('dead');
  await rig.sms('START', { consent: 'start' });
  await rig.sms('Hello again');
  await rig.clock.advance(5000);
  expect(outbox.unsettled()).toEqual([]);
  expect(rig.tenant('acme').sent.at(-1)?.text).toBe('Fine.');
});

it('gives up nothing for an invitation that the person has answered, whatever is told of it later', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = { outsideWindow: asTemplate };
  const conversation = await answered(rig);
  await rig.told(closed);
  await rig.clock.advance(1000);
  await rig.sms('Yes please');
  await rig.clock.advance(1000);
  const said = tenant.sent.length;
  await rig.told({ ...closed, providerMessageId: `p${said}` });
  await rig.clock.advance(1000);
  const held = () =>
    rig.store
      .forTenant('acme')
      .outbox.unsettledOf(conversation)
      .map(({ reason }) => reason);
  expect([held(), tenant.sent.at(-1)?.template?.name]).toEqual([['awaits-reply'], 'continue']);
  // The first invitation.
  await rig.told({ providerMessageId: 'p3', status: 'failed', reason: '131026 unreachable' });
  expect(held()).toEqual(['awaits-reply']);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
  // The one that is for it.
  await rig.told({ providerMessageId: `p${tenant.sent.length}`, status: 'failed', reason: '131026 unreachable' });
  expect(await rig.engine.deadLetters('acme', {}, signal)).toMatchObject([{ reason: '131026 unreachable' }]);
});

const carrying: Channel['outsideWindow'] = (message) => ({
  ...message,
  template: { ...template, parameters: [message.text], carriesMessage: true },
});

it('takes no word on the window for one on the template that went out since', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = { outsideWindow: carrying };
  const conversation = await answered(rig);
  tenant.sendResults.push({ status: 'uncertain' });
  await rig.told(closed);
  await rig.clock.advance(1000);
  const { outbox } = rig.store.forTenant('acme');
  const inDoubt = () => outbox.byId(tenant.sent.at(-1)?.id ?? '');
  expect(inDoubt()).toMatchObject({ state: 'uncertain', providerMessageId: null });
  const message = inDoubt()?.id ?? '';
  await rig.told({ ...closed, providerMessageId: 'p-earlier', message });
  expect(inDoubt()).toMatchObject({ state: 'uncertain', providerMessageId: null });
  await rig.told({ providerMessageId: 'p-template', message, status: 'delivered' });
  expect((await deliveries(rig, conversation)).at(-1)).toEqual(['Fine.', 'delivered', undefined]);
});

it('lets nothing that a template carries go ahead of what is held, tried before or not', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = {
    outsideWindow: (message) => (message.text === 'Fine.' ? carrying(message) : asTemplate(message)),
  };
  await answered(rig);
  const busy = { status: 'rejected', reason: 'busy', retryAfterMs: 5000 } as const;
  tenant.sendResults.push(busy);
  await rig.told(closed);
  await settled();
  await rig.told({ ...closed, providerMessageId: 'p1' });
  await rig.clock.advance(600_000);
  expect(tenant.sent.slice(2).map((message) => [message.text, message.template?.name])).toEqual([
    ['Fine.', 'continue'],
    ['Hello, I am an AI assistant.', 'continue'],
  ]);
  await rig.sms('Yes please');
  await rig.clock.advance(10_000);
  expect(tenant.sent.slice(4).map(({ text }) => text)).toEqual(['Hello, I am an AI assistant.', 'Fine.', 'Fine.']);
});
