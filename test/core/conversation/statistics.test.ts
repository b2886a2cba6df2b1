import { expect, it } from 'vitest';
import { channelStatistics } from '../../../core/conversation/channel-statistics.ts';
import { namesOfAi } from '../../../core/conversation/texts/built-in-texts.ts';
import { done, fakeModel, makeRig } from './rig.ts';

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

it.each(['שלום, כאן עוזר הבינה המלאכותית של הסטודיו', 'אני עוזר בינה מלאכותית', 'אני מבוסס על בינה מלאכותית.'])(
  'takes the Hebrew name of an artificial intelligence for one, with and without the article: %s',
  (greeting) => {
    expect(namesOfAi.test(greeting)).toBe(true);
  },
);
