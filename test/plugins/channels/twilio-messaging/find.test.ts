import { describe, expect, it } from 'vitest';
import { startFakeTwilio } from '../../../kit/index.ts';
import { openChannel, outbound } from './open-channel.ts';

const signal = new AbortController().signal;
const service = `MG${'0'.repeat(32)}`;
const image = (index: number) => ({
  id: String(index),
  kind: 'image' as const,
  mediaType: 'image/png',
  url: `https://shop.example/${index}.png`,
});

describe('a message whose answer was lost', () => {
  it('is found by its recipient, its words and its time', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio);
    const { send, find } = opened.channel;
    await send?.(outbound({ text: 'Yes.', conversation: '+491701230000' }), signal);
    await send?.(outbound({ text: 'No.' }), signal);
    twilio.meet({ kind: 'reset after delivery' });
    expect(await send?.(outbound({ text: 'Yes.' }), signal)).toEqual({ status: 'uncertain' });
    expect(await find?.(outbound({ text: 'Yes.' }), Date.now() - 1000, signal)).toEqual([twilio.sent[2]?.sid]);
    expect(await find?.(outbound({ text: 'Yes.' }), Date.now() + 60_000, signal)).toEqual([]);
    expect(await find?.(outbound({ text: 'Maybe.' }), 0, signal)).toEqual([]);
    const { method, path, refusal } = twilio.requests.at(-1) ?? {};
    expect([method, path?.split('/').at(-1), refusal]).toEqual(['GET', 'Messages.json', undefined]);
  });

  it('is found the oldest first, and although Twilio writes its quotes otherwise', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio);
    for (const text of ['It costs "40 €".', 'It costs “40 €”.'])
      await opened.channel.send?.(outbound({ text }), signal);
    expect(await opened.channel.find?.(outbound({ text: 'It costs “40 €”.' }), 0, signal)).toEqual(
      twilio.sent.map(({ sid }) => sid),
    );
  });

  it('is found where a Messaging Service sends, and not among those of another', async () => {
    await using twilio = await startFakeTwilio({ services: [service] });
    await using opened = await openChannel(twilio, { messagingServiceSid: service });
    await opened.channel.send?.(outbound({ text: 'Hello' }), signal);
    expect(await opened.channel.find?.(outbound({ text: 'Hello' }), 0, signal)).toEqual([twilio.sent[0]?.sid]);
    await using other = await openChannel(twilio, { messagingServiceSid: `MG${'1'.repeat(32)}` });
    expect(await other.channel.find?.(outbound({ text: 'Hello' }), 0, signal)).toEqual([]);
  });

  it('is none that is alike', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio, { from: '+15550001111' });
    const { send, find } = opened.channel;
    for (const message of [
      { text: '15' },
      { text: '', attachments: [image(1)] },
      { text: '5', attachments: [image(1)] },
    ])
      await send?.(outbound(message), signal);
    expect(await find?.(outbound({ text: '5' }), 0, signal)).toEqual([]);
    expect(await find?.(outbound({ text: '', attachments: [image(1)] }), 0, signal)).toEqual([twilio.sent[1]?.sid]);
    await send?.(outbound({ text: 'Sent from your Twilio trial account - 5' }), signal);
    expect(await find?.(outbound({ text: '5' }), 0, signal)).toEqual([twilio.sent[3]?.sid]);
  });

  it('is not looked for among parts', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio, { from: 'whatsapp:+15550001111' });
    const attachments = [image(1), image(2), image(3)];
    const message = outbound({ conversation: 'whatsapp:+491701234567', text: 'Three', attachments });
    await opened.channel.send?.(message, signal);
    expect(await opened.channel.find?.(message, 0, signal)).toEqual([]);
  });

  it('leaves it unknown where Twilio refuses to tell', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel({ ...twilio, baseUrl: twilio.baseUrl, authToken: 'wrong' });
    await expect(opened.channel.find?.(outbound({ text: 'Hello' }), 0, signal)).rejects.toThrow(/20003/);
  });
});
