import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from './candle-shop.ts';
import { contentSid, late, number, onWhatsapp, Program, person, service } from './operator-program.ts';

let program: Program;
const start = async (from?: string, config?: string) => {
  program = await Program.start(from, config);
};
afterEach(() => program[Symbol.asyncDispose]());

describe('a program with an operator token, on WhatsApp', () => {
  const begun = async () => {
    await program.hear('STOP', onWhatsapp.person, onWhatsapp.number);
    await program.hear('START', onWhatsapp.person, onWhatsapp.number);
    await program.twilio.saw(2);
    return await program.open();
  };
  const attachments = ['a', 'b'].map((name) => ({ kind: 'image', url: `https://shop.example/${name}.png` }));
  const pictures = () => program.twilio.sent.flatMap(({ mediaUrls }) => mediaUrls.map((url) => url.at(-5)));
  const report = async (index: number, status: string, code?: number) =>
    await program.twilio.report(program.twilio.sent[index]?.sid ?? '', status, code);

  it('begins with a template, and cannot write free words to who never wrote', async () => {
    await start(onWhatsapp.number);
    const session = await program.open(onWhatsapp.person);
    expect(session).toBe(await program.open());
    const path = `sessions/${session}`;
    expect(await program.call('POST', `${path}/messages`, { text: 'Hello' })).toMatchObject({
      status: 202,
      body: { delivery: { status: 'dead', reason: 'window-closed' } },
    });
    await program.call('POST', `${path}/templates`, { template: 'pickup' });
    await program.call('POST', `${path}/templates`, { template: 'pickup', parameters: ['at\nnoon'] });
    await program.call('POST', `${path}/templates`, { template: late, parameters: ['Ana', '7'] });
    await program.twilio.saw(3);
    expect(program.twilio.sent.map(({ to, form }) => [to, form['ContentSid'], form['ContentVariables']])).toEqual([
      [onWhatsapp.person, contentSid, '{"1":"soon"}'],
      [onWhatsapp.person, contentSid, '{"1":"at noon"}'],
      [onWhatsapp.person, late, '{"1":"Ana","2":"7"}'],
    ]);
    expect(await program.seen(session)).toMatchObject([
      { text: 'Hello' },
      { text: 'pickup · soon' },
      { text: 'pickup · at\nnoon' },
      { text: `${late} · Ana · 7` },
    ]);
  });

  it('is held to the window also behind a Messaging Service, where Twilio alone knows it', async () => {
    const config = `messagingServiceSid: "${service}"\n      templates: { continue: "${contentSid}" }`;
    await start(number, config);
    program.twilio.windowClosed.add(onWhatsapp.person);
    const [sms, whatsapp] = [await program.open(), await program.open(onWhatsapp.person)];
    expect(whatsapp).not.toBe(sms);
    await program.call('POST', `sessions/${sms}/messages`, { text: 'By SMS' });
    await program.call('POST', `sessions/${whatsapp}/messages`, { text: 'On WhatsApp' });
    await program.twilio.saw(2);
    expect(program.twilio.sent.map(({ to, form }) => [to, form['Body'] ?? form['ContentSid']])).toEqual(
      expect.arrayContaining([
        [person, 'By SMS'],
        [onWhatsapp.person, contentSid],
      ]),
    );
    const delivery = { status: 'waiting', reason: 'awaits-reply' };
    expect(await program.seen(whatsapp)).toMatchObject([{ text: 'On WhatsApp', delivery }]);
  });

  it('learns of one picture of several that Twilio took and did not bring, and sends all of them again', async () => {
    await start(onWhatsapp.number);
    const session = await begun();
    await program.call('POST', `sessions/${session}/messages`, { text: 'Two candles', attachments });
    await program.twilio.saw(4);
    const seen = async () => (await program.seen(session)).at(-1);
    await eventually(async () => expect(await seen()).toMatchObject({ delivery: { status: 'accepted' } }));
    await report(3, 'delivered');
    await report(2, 'undelivered', 63019);
    const delivery = { status: 'failed', reason: '63019 media-not-fetched' };
    expect(await seen()).toMatchObject({ text: 'Two candles', delivery });
    await program.retry(program.letters()[0]?.id);
    await program.twilio.saw(6);
    expect(pictures()).toEqual(['a', 'b', 'a', 'b']);
  });

  it('sends the rest where the answer to one part is lost, and leaves to an operator whether that arrived', async () => {
    await start(onWhatsapp.number);
    const session = await begun();
    program.twilio.meet({ kind: 'reset after delivery' });
    await program.call('POST', `sessions/${session}/messages`, { text: 'Two candles', attachments });
    await program.twilio.saw(4);
    await eventually(() => expect(program.letters()).toMatchObject([{ state: 'uncertain' }]));
    expect(pictures()).toEqual(['a', 'b']);
  }, 20_000);

  it('that tries again what may be lost repeats no part that Twilio has', async () => {
    await start(onWhatsapp.number);
    const session = await begun();
    program.twilio.meet(
      { kind: 'page', status: 504 },
      { kind: 'refuse', status: 429, code: 63018, message: 'Rate limit', retryAfterSeconds: 1 },
    );
    await program.call('POST', `sessions/${session}/messages`, { text: 'Two candles', attachments });
    await eventually(() => expect(program.letters()).toMatchObject([{ state: 'uncertain' }]));
    expect(pictures()).toEqual(['b']);
    const [letter] = program.letters();
    await program.retry(letter?.id);
    await program.twilio.saw(4);
    expect(pictures()).toEqual(['b', 'a']);
    const { outbox } = program.store;
    await eventually(() => expect(outbox.byId(letter?.id ?? '')).toMatchObject({ state: 'delivered' }));
    expect(program.twilio.sent).toHaveLength(4);
  }, 40_000);
});
