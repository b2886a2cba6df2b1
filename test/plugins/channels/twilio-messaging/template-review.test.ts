import { describe, expect, it } from 'vitest';
import type { TwilioConfig } from '../../../../plugins/channels/twilio-messaging/schema.ts';
import { startFakeTwilio } from '../../../kit/index.ts';
import { openChannel } from './open-channel.ts';

const sid = (digit: string) => `HX${digit.repeat(32)}`;
const contents = [
  { sid: sid('1'), name: 'we_have_an_answer', body: 'We have an answer for you.' },
  { sid: sid('2'), name: 'pick_up', body: 'Dear {{1}}, your {{2}} is ready, {{1}}.' },
  { sid: sid('3'), name: 'late', body: 'Late.', status: 'pending' },
  { sid: sid('5'), name: 'gap', body: 'Hi {{1}} {{3}}' },
  { sid: sid('4'), name: 'never_sent', body: 'Never.', status: 'unsubmitted' },
];
const signal = new AbortController().signal;

async function reviewed(templates: TwilioConfig['templates']) {
  await using twilio = await startFakeTwilio({ contents });
  await using opened = await openChannel(twilio, { from: 'whatsapp:+15550001111', templates });
  const info = await opened.channel.registration?.info(signal);
  return { notes: info?.notes.join(' ') ?? '', problems: info?.outgoingProblems, asked: twilio.requests.length };
}

describe('whether WhatsApp would take the templates of a bot from Twilio', () => {
  it.each<[written: TwilioConfig['templates'][string], words: string]>([
    [sid('9'), `the account has no template ${sid('9')}. Copy the Content SID`],
    [sid('3'), `late (${sid('3')}) is pending, and WhatsApp takes it once it is approved`],
    [sid('4'), 'is unsubmitted, and WhatsApp takes it once it is approved'],
    [sid('2'), 'takes 2 `parameters`, {{1}} {{2}}, and has 0 here. For what is lacking, people read the samples'],
    [{ contentSid: sid('1'), parameters: ['{{ text }}'] }, 'takes no `parameters`, and has 1 here'],
    [
      { contentSid: sid('5'), parameters: ['a', 'b'] },
      'takes 2 `parameters`, {{1}} {{3}}, and has 2 here, from {{1}} on.',
    ],
  ])('is asked, and told of %j', async (written, words) => {
    const { problems } = await reviewed({ continue: written });
    expect(problems).toEqual([expect.stringContaining(words)]);
    expect(problems?.[0]).toMatch(/^templates\.continue: /);
  });

  it('finds nothing where it fits, and asks nothing where there is none', async () => {
    const { problems, notes } = await reviewed({
      continue: { contentSid: sid('2'), parameters: ['you', '{{ text }}'] },
    });
    expect(problems).toBeUndefined();
    expect(notes).toContain('WhatsApp has approved the template `continue` of this channel.');
    const none = await reviewed({});
    expect([none.notes.includes('template'), none.asked]).toEqual([false, 0]);
    await using twilio = await startFakeTwilio({ contents, numbers: ['+4930111222'] });
    await using sms = await openChannel(twilio, { templates: { continue: sid('9') } });
    expect((await sms.channel.registration?.info(signal))?.outgoingProblems).toBeUndefined();
  });

  it('tells of each that a program sends, which gives the parameters where the bot has none', async () => {
    const fits = { pick_up: sid('2'), again: { contentSid: sid('2'), parameters: ['you', 'lamp'] } };
    const { problems, notes } = await reviewed(fits);
    expect(problems).toBeUndefined();
    expect(notes).toContain('WhatsApp has approved the templates `pick_up`, `again` of this channel.');
    const wrong = { ...fits, gone: sid('9'), short: { contentSid: sid('2'), parameters: ['you'] } };
    expect((await reviewed(wrong)).problems).toEqual([
      expect.stringMatching(/^templates\.gone: the account has no template/),
      expect.stringMatching(/^templates\.short: .* takes 2 `parameters`/),
    ]);
  });

  it('says why where Twilio does not tell', async () => {
    await using twilio = await startFakeTwilio({ contents });
    await using opened = await openChannel(twilio, {
      from: 'whatsapp:+15550001111',
      templates: { continue: sid('1') },
      authToken: 'another',
    });
    const info = await opened.channel.registration?.info(signal);
    expect(info?.outgoingProblems).toBeUndefined();
    expect(info?.notes.join(' ')).toContain('could not be asked: Twilio refused (20003 ');
  });
});
