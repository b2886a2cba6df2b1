import { expect, it } from 'vitest';
import { makeRig } from './rig.ts';

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
