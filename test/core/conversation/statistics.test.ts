import { expect, it } from 'vitest';
import { channelStatistics } from '../../../core/conversation/channel-statistics.ts';
import { localDay, startOfDay } from '../../../core/conversation/local-time.ts';
import { namesOfAi } from '../../../core/conversation/texts/built-in-texts.ts';
import { done, fakeModel, makeRig, settled, signal } from './rig.ts';

it('counts by channel, measures from the first message of a turn, and leaves out words of the law and other tenants', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = { capabilities: { consent: 'opt-out' } };
  let seconds = 0;
  tenant.models = [
    fakeModel(async function* () {
      seconds += 1;
      await rig.clock.sleep(seconds * 100);
      yield { type: 'text', text: 'Fine.' };
      yield done;
    }),
  ];
  tenant.bot = { ...tenant.bot, session: { ...tenant.bot.session, coalesceMs: 0 } };
  for (let person = 0; person < 20; person += 1) {
    await rig.sms('Hello there', { conversation: `+${person}`, contact: { id: `+${person}` } });
    await rig.clock.advance(5000);
  }
  await rig.sms('HELP', { consent: 'help' });
  tenant.sendResults.push({ status: 'delivered', providerMessageId: 'g' }, { status: 'rejected', reason: 'blocked' });
  await rig.sms('One more', { conversation: '+20', contact: { id: '+20' } });
  await rig.clock.advance(5000);
  const asking = (await rig.session()).ask('Hello there');
  await rig.clock.advance(5000);
  await asking;
  await rig.sms('Hello there', {}, 'other');
  await rig.clock.advance(5000);
  const counted = channelStatistics(rig.store.forTenant('acme').statistics, 0);
  expect(counted).toMatchObject([
    {
      channel: 'sms',
      messages: { received: 21, sent: 43 },
      turns: { answered: 21, unknown: 0, failed: 0, silent: 0 },
      handoffs: 0,
      responseMs: { median: 1100, p95: 2000 },
      deliveries: { dead: 1, uncertain: 0 },
    },
    { channel: 'web', messages: { received: 1, sent: 1 }, turns: { answered: 1 } },
  ]);
  expect(channelStatistics(rig.store.forTenant('acme').statistics, rig.clock.now() + 1)).toEqual([]);
});

it('counts a request for a person once, where it was made, when the conversation moves on', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.bot = {
    ...tenant.bot,
    handoff: { inbox: 'desk', notify: [], timeoutMs: 300_000, onTimeout: 'callback' },
    escalation: [{ when: { kind: 'asks-human' }, do: 'handoff' }],
  };
  const session = await rig.session();
  await session.ask('I want to talk to a human');
  const web = rig.engine.conversationsOf('acme', 'web');
  await web.requestSwitch(session.id, { channel: 'sms', address: '+49301' }, signal);
  await session.deliver('proof', /\d{6}/.exec(tenant.sent.at(-1)?.text ?? '')?.[0] ?? '');
  await settled();
  expect((await rig.engine.list('acme', {}, signal)).map(({ channel, handoff }) => [channel, handoff])).toEqual([
    ['sms', 'asked'],
    ['web', undefined],
  ]);
  const counted = channelStatistics(rig.store.forTenant('acme').statistics, 0);
  expect(counted.map(({ channel, handoffs }) => [channel, handoffs])).toEqual([
    ['web', 1],
    ['sms', 0],
  ]);
});

it.each([
  ['Europe/Berlin', '2026-11-22T16:10:00Z', '2026-11-21T23:00:00Z'],
  ['America/Los_Angeles', '2026-11-22T02:00:00Z', '2026-11-21T08:00:00Z'],
  ['Asia/Kolkata', '2026-11-22T18:31:20Z', '2026-11-22T18:30:00Z'],
  ['Europe/Berlin', '2026-03-29T10:00:00Z', '2026-03-28T23:00:00Z'],
  ['Europe/Berlin', '2026-10-25T10:00:00Z', '2026-10-24T22:00:00Z'],
  ['Africa/Cairo', '2026-04-24T10:00:00Z', '2026-04-23T22:00:00Z'],
])('begins a day at midnight in %s, also where the clocks were changed since: %s', (timezone, at, began) => {
  const start = startOfDay(Date.parse(at), timezone);
  expect(new Date(start).toISOString()).toBe(began.replace('Z', '.000Z'));
  expect(localDay(start, timezone).date).toBe(localDay(Date.parse(at), timezone).date);
  expect(localDay(start - 60_000, timezone).date).not.toBe(localDay(start, timezone).date);
});

it.each(['שלום, כאן עוזר הבינה המלאכותית של הסטודיו', 'אני עוזר בינה מלאכותית', 'אני מבוסס על בינה מלאכותית.'])(
  'takes the Hebrew name of an artificial intelligence for one, with and without the article: %s',
  (greeting) => {
    expect(namesOfAi.test(greeting)).toBe(true);
  },
);
