import { expect, it } from 'vitest';
import { reviveDeadLetter } from '../../../core/conversation/outbox/dead-letters.ts';
import { makeRig, signal } from './rig.ts';

const hello = 'Hello, I am an AI assistant.';

/** After a message whose first answer was given so. */
async function rigAfter(result: unknown) {
  const rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sendResults.push(result as never);
  await rig.sms('Hello there');
  await rig.clock.advance(120_000);
  return Object.assign(rig, { sent: () => tenant.sent.map(({ text }) => text) });
}

/** What the channel gives is the plugin's word: one in JavaScript has no compiler. */
it.each([
  ['a date in its place', Number.NaN],
  ['no end', Number.POSITIVE_INFINITY],
  ['the past', -1e12],
  ['a text', '2'],
])('tries again where the wait is %s, and goes on', async (_, retryAfterMs) => {
  await using rig = await rigAfter({ status: 'rejected', reason: 'busy', retryAfterMs });
  expect(rig.sent()).toEqual([hello, hello, 'Fine.']);
});

it.each([
  ['nothing', {}],
  ['a status of its own', { status: 'ok' }],
  ['a word', 'delivered'],
])('takes for uncertain what is told by %s, and sends nothing twice', async (_, result) => {
  await using rig = await rigAfter(result);
  expect(rig.sent()).toEqual([hello, 'Fine.']);
  const left = rig.store.forTenant('acme').outbox.undelivered({ limit: 10 });
  expect(left.map(({ state }) => state)).toEqual(['uncertain']);
});

it.each([
  ['an object for an id', { status: 'delivered', providerMessageId: {} }],
  ['no id', { status: 'delivered' }],
])('knows that a message arrived by %s', async (_, result) => {
  await using rig = await rigAfter(result);
  expect(rig.sent()).toEqual([hello, 'Fine.']);
  expect(rig.events.filter(({ type }) => type === 'channel.message.sent')).toHaveLength(2);
});

it.each([['none'], [{ code: 7 }]])(
  'gives up what is refused for good with a reason that is no text: %s',
  async (reason) => {
    await using rig = await rigAfter({ status: 'rejected', ...(reason === 'none' ? {} : { reason }) });
    expect(rig.sent()).toEqual([hello, 'Fine.']);
    expect(rig.events.find(({ type }) => type === 'delivery.failed')).toMatchObject({ reason: 'no reason given' });
  },
);

it.each([
  ['refused for now', { status: 'rejected', reason: 'busy', retryAfterMs: 1 }],
  ['not known', { status: 'uncertain' }],
] as const)('keeps how far a channel has come with a message that is %s, for its next try', async (_, result) => {
  await using rig = await makeRig();
  const { outbox } = rig.store.forTenant('acme');
  const tenant = rig.tenant('acme');
  tenant.sendResults.push({ ...result, progress: '1 of 2' });
  await rig.sms('Hello there');
  await rig.clock.advance(120_000);
  const [letter] = outbox.undelivered({ limit: 1 });
  if (letter !== undefined) {
    await reviveDeadLetter(rig, 'acme', letter.id);
    await rig.engine.recover(['acme'], signal);
    await rig.clock.advance(120_000);
  }
  const again = tenant.sent.filter(({ text }) => text === hello);
  expect(again.map(({ progress }) => progress)).toEqual([undefined, '1 of 2']);
  // Out, it is no message of which a part is missing.
  expect(outbox.byId(again[0]?.id ?? '')?.payload).not.toContain('1 of 2');
});

it.each([[7], ['x'.repeat(4001)]])('forgets a progress that is none: %j', async (progress) => {
  await using rig = await rigAfter({ status: 'rejected', reason: 'busy', retryAfterMs: 1, progress });
  expect(rig.tenant('acme').sent.map((message) => message.progress)).toEqual([undefined, undefined, undefined]);
});
