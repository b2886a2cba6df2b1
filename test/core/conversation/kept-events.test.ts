import { expect, it } from 'vitest';
import type { BotEvent } from '../../../core/contract/index.ts';
import { fakeHttp } from '../../kit/index.ts';
import { makeBot, makeRig, settled, signal } from './rig.ts';

const url = 'https://hooks.example/in';
const types: readonly BotEvent['type'][] = [
  'channel.session.created',
  'channel.session.closed',
  'channel.message.received',
  'channel.message.sent',
  'turn.completed',
  'handoff.requested',
  'handoff.taken',
  'handoff.returned',
  'delivery.failed',
];

it('stores events with what they tell of, so that a crash between the two loses none', async () => {
  const bot = makeBot('acme', {
    events: [{ url, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', types }],
    escalation: [{ when: { kind: 'asks-human' }, do: 'handoff' }],
  });
  // Nothing leaves the queue.
  const http = fakeHttp((_url, { signal: over }) => {
    const { promise, reject } = Promise.withResolvers<Response>();
    over.addEventListener('abort', () => reject(over.reason));
    return promise;
  });
  await using rig = await makeRig({ tenants: { acme: { bot } }, http });
  await rig.engine.recover(['acme'], signal);
  const { eventQueue } = rig.store.forTenant('acme');
  const emitted: BotEvent['type'][] = [];
  const missing: BotEvent['type'][] = [];
  rig.bus.subscribe('acme', ({ type }) => {
    if (!types.includes(type)) return;
    emitted.push(type);
    if (eventQueue.count(url) < emitted.length) missing.push(type);
  });

  const session = await rig.session();
  await session.ask('Hello');
  await session.ask('I want to talk to a human.');
  await rig.engine.say('acme', await session.conversation(), { text: 'Here I am.' }, signal);
  await rig.engine.return('acme', await session.conversation(), signal);
  await rig.engine.conversationsOf('acme', 'web').setState(session.id, 'closed', signal);
  rig.tenant('acme').sendResults.push({ status: 'delivered', providerMessageId: 'p1' });
  rig.tenant('acme').sendResults.push({ status: 'rejected', reason: 'refused' });
  for (const text of ['One', 'Two']) {
    await rig.sms(text);
    await rig.clock.advance(1000);
    await settled();
  }
  expect(new Set(emitted)).toEqual(new Set(types));
  expect(missing).toEqual([]);
  expect(eventQueue.count(url)).toBe(emitted.length);
});
