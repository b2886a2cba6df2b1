import { describe, expect, it } from 'vitest';
import { fakeTwilioSignature, startFakeTwilio } from '../../../kit/index.ts';
import { openChannel, outbound } from './open-channel.ts';

const signal = new AbortController().signal;
const contentSid = `HX${'0'.repeat(32)}`;
const service = `MG${'0'.repeat(32)}`;

describe('a message that goes out', () => {
  it('is created with sender, recipient, text and an address for statuses', async () => {
    await using twilio = await startFakeTwilio({ numbers: ['+4930111222'] });
    await using opened = await openChannel(twilio);
    const result = await opened.channel.send?.(outbound({ text: 'It costs “40 €”.' }), signal);
    expect(result).toEqual({
      status: 'delivered',
      providerMessageId: twilio.sent[0]?.sid,
      note: '1 segment, UCS-2',
    });
    expect(twilio.sent[0]?.form).toEqual({
      To: '+491701234567',
      From: '+4930111222',
      Body: 'It costs “40 €”.',
      StatusCallback: 'https://bots.example/v1/lamps/sms/status?message=out_1',
    });
    expect(opened.lines.join()).toContain('"encoding":"UCS-2","units":16,"segments":1');
  });

  it.each([
    ['plain words', { text: 'a'.repeat(161) }, '2 segments, GSM-7'],
    ['one sign that is not in GSM-7', { text: `${'a'.repeat(140)}ç` }, '3 segments, UCS-2'],
  ])('says for operators what it is charged by: %s', async (_, message, note) => {
    await using twilio = await startFakeTwilio({ numbers: ['+4930111222'] });
    await using opened = await openChannel(twilio);
    expect(await opened.channel.send?.(outbound(message), signal)).toMatchObject({ status: 'delivered', note });
  });

  it('has no segments on WhatsApp', async () => {
    await using twilio = await startFakeTwilio({ numbers: ['whatsapp:+4930111222'] });
    await using opened = await openChannel(twilio, { from: 'whatsapp:+4930111222' });
    const result = await opened.channel.send?.(
      outbound({ conversation: 'whatsapp:+491701234567', text: 'Hello' }),
      signal,
    );
    expect(result).toMatchObject({ status: 'delivered' });
    expect(result).not.toHaveProperty('note');
  });

  it('has none by RCS either, which a Messaging Service may send', async () => {
    await using twilio = await startFakeTwilio({ services: [service] });
    await using opened = await openChannel(twilio, { messagingServiceSid: service });
    const result = await opened.channel.send?.(outbound({ conversation: 'rcs:+491701234567', text: 'Hello' }), signal);
    expect(result).toEqual({ status: 'delivered', providerMessageId: twilio.sent[0]?.sid });
  });

  it('names its number only on its own network where a Messaging Service has both', async () => {
    await using twilio = await startFakeTwilio({ services: [service] });
    await using opened = await openChannel(twilio, { from: '+4930111222', messagingServiceSid: service });
    for (const conversation of ['+491701234567', 'whatsapp:+491701234567'])
      await opened.channel.send?.(outbound({ conversation, text: 'Hello' }), signal);
    expect(twilio.sent.map(({ form }) => [form['From'], form['MessagingServiceSid']])).toEqual([
      ['+4930111222', service],
      [undefined, service],
    ]);
  });

  it('goes through a Messaging Service, with no word of the sender', async () => {
    await using twilio = await startFakeTwilio({ services: [service] });
    await using opened = await openChannel(twilio, { messagingServiceSid: service });
    expect(await opened.channel.send?.(outbound({ text: 'Hello' }), signal)).toMatchObject({ status: 'delivered' });
    expect(twilio.sent[0]).toMatchObject({ from: service, form: { MessagingServiceSid: service } });
    expect(twilio.sent[0]?.form).not.toHaveProperty('From');
  });

  it.each([
    ['that was never told', undefined],
    ['of this machine', 'http://127.0.0.1:3000/v1/lamps/sms'],
    ['of this machine by name', 'http://localhost:3000/v1/lamps/sms'],
    ['of a network at home', 'http://192.168.1.20/v1/lamps/sms'],
  ])('goes out without an address for statuses %s, also after a webhook came in there', async (_, address) => {
    await using twilio = await startFakeTwilio({ numbers: ['+4930111222'] });
    await using opened = await openChannel(twilio, {}, address === undefined ? {} : { address });
    const url = `${address ?? 'http://127.0.0.1:3000/v1/lamps/sms'}/webhook`;
    const fields = { MessageSid: 'SM1', From: '+491701234567', To: '+4930111222', Body: 'Hello' };
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': fakeTwilioSignature(twilio.authToken, url, fields),
    };
    const body = Buffer.from(new URLSearchParams(fields).toString());
    const delivery = await opened.channel.routes
      ?.find(({ path }) => path === 'webhook')
      ?.handle(new Request(url, { method: 'POST', headers }), { parameters: {}, body, remoteAddress: '', signal });
    expect(delivery?.kind).toBe('accepted');
    expect(await opened.channel.send?.(outbound({ text: 'Hello' }), signal)).toMatchObject({ status: 'delivered' });
    expect(twilio.sent[0]?.form).not.toHaveProperty('StatusCallback');
  });

  it('carries up to ten files as one MMS, and on WhatsApp one a message, in order', async () => {
    await using twilio = await startFakeTwilio();
    await using sms = await openChannel(twilio, { from: '+15550001111' });
    const attachments = [1, 2, 3].map((index) => ({
      id: String(index),
      kind: 'image' as const,
      mediaType: 'image/png',
      url: `https://shop.example/${index}.png`,
    }));
    await sms.channel.send?.(outbound({ text: 'Three', attachments }), signal);
    expect(twilio.sent.map(({ body, mediaUrls }) => [body, mediaUrls.length])).toEqual([['Three', 3]]);
    await using whatsapp = await openChannel(twilio, { from: 'whatsapp:+15550001111' });
    await whatsapp.channel.send?.(
      outbound({ id: 'out_2', conversation: 'whatsapp:+491701234567', text: 'Three', attachments }),
      signal,
    );
    expect(twilio.sent.slice(1).map(({ body, mediaUrls }) => [body, ...mediaUrls])).toEqual([
      ['Three', 'https://shop.example/1.png'],
      ['', 'https://shop.example/2.png'],
      ['', 'https://shop.example/3.png'],
    ]);
  });

  it('has the links of files in its text where the number cannot send MMS, and those of choices everywhere', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio);
    const attachments = [
      { id: '1', kind: 'document' as const, mediaType: 'application/pdf', url: 'https://shop.example/list.pdf' },
      { id: '2', kind: 'document' as const, mediaType: 'application/pdf', url: 'file:///etc/passwd' },
    ];
    const actions = [
      { id: 'a', label: 'Shop', url: 'https://shop.example' },
      { id: 'b', label: 'Later' },
    ];
    await opened.channel.send?.(outbound({ text: 'Our prices', attachments, actions }), signal);
    expect(twilio.sent[0]).toMatchObject({
      body: 'Our prices\nShop: https://shop.example\nhttps://shop.example/list.pdf',
      mediaUrls: [],
    });
  });

  it('is a template by its Content SID, with parameters on one line', async () => {
    await using twilio = await startFakeTwilio();
    const config = {
      from: 'whatsapp:+15550001111',
      templates: { continue: { contentSid, parameters: ['{{ text }}'] } },
    };
    await using opened = await openChannel(twilio, config);
    const message = outbound({ conversation: 'whatsapp:+491701234567', text: 'It costs\n\n  40 euros.' });
    const template = opened.channel.outsideWindow?.(message);
    expect(template?.template).toMatchObject({ name: 'continue', parameters: [message.text] });
    expect(await opened.channel.send?.(template ?? message, signal)).toMatchObject({ status: 'delivered' });
    expect(twilio.sent[0]?.form).toMatchObject({
      ContentSid: contentSid,
      ContentVariables: '{"1":"It costs 40 euros."}',
    });
    expect(twilio.sent[0]?.form).not.toHaveProperty('Body');
  });

  it.each([{ from: 'whatsapp:+15550001111' }, { messagingServiceSid: service }])(
    'is sent as the mapped template, once, where Twilio alone knows that the window has closed: %j',
    async (sender) => {
      await using twilio = await startFakeTwilio({ services: [service] });
      const templates = { continue: { contentSid, parameters: ['{{ text }}'] } };
      await using opened = await openChannel(twilio, { ...sender, templates });
      const conversation = 'whatsapp:+491701234567';
      twilio.windowClosed.add(conversation);
      const message = outbound({ conversation, text: 'It costs 40 euros.' });
      expect(await opened.channel.send?.(message, signal)).toEqual({
        status: 'rejected',
        reason: '63016 window-closed',
      });
      const instead = opened.channel.outsideWindow?.(message);
      expect(instead?.template).toMatchObject({ parameters: [message.text], carriesMessage: true });
      expect(await opened.channel.send?.(instead ?? message, signal)).toEqual({
        status: 'delivered',
        providerMessageId: twilio.sent[0]?.sid,
      });
      expect(twilio.requests.map(({ form, refusal }) => [form['Body'], form['ContentSid'], refusal?.code])).toEqual([
        ['It costs 40 euros.', undefined, 63016],
        [undefined, contentSid, undefined],
      ]);
    },
  );

  it('is refused where the window has closed and no template is mapped, and has none on SMS', async () => {
    await using twilio = await startFakeTwilio({ services: [service] });
    await using unmapped = await openChannel(twilio, { from: 'whatsapp:+15550001111' });
    const conversation = 'whatsapp:+491701234567';
    twilio.windowClosed.add(conversation);
    const refused = { status: 'rejected', reason: '63016 window-closed' };
    expect(await unmapped.channel.send?.(outbound({ conversation, text: 'Hello' }), signal)).toEqual(refused);
    expect(twilio.requests).toHaveLength(1);
    await using both = await openChannel(twilio, { messagingServiceSid: service, templates: { continue: contentSid } });
    expect(both.channel.outsideWindow?.(outbound({ text: 'Hello' }))).toBeUndefined();
    expect(both.channel.outsideWindow?.(outbound({ conversation, text: 'Hello' }))?.template?.name).toBe('continue');
  });

  it('outside the window is nothing where no template is mapped, and SMS know no window', async () => {
    await using twilio = await startFakeTwilio();
    await using whatsapp = await openChannel(twilio, { from: 'whatsapp:+15550001111' });
    await using sms = await openChannel(twilio);
    expect(whatsapp.channel.outsideWindow?.(outbound({ text: 'Hello' }))).toBeUndefined();
    expect(whatsapp.channel.capabilities).toMatchObject({ replyWindowMs: 86_400_000, consent: 'opt-out' });
    expect(sms.channel.capabilities).not.toHaveProperty('replyWindowMs');
    expect(sms.channel.capabilities).toMatchObject({ text: { maxLength: 1600 }, consent: 'opt-out', media: [] });
    const template = { name: 'unknown', language: 'en', parameters: [] };
    expect(await whatsapp.channel.send?.(outbound({ template }), signal)).toEqual({
      status: 'rejected',
      reason: 'template-unknown',
    });
  });

  it('of 1,600 characters goes out, and one of more is refused before anybody is asked', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio);
    expect(await opened.channel.send?.(outbound({ text: 'a'.repeat(1600) }), signal)).toMatchObject({
      status: 'delivered',
    });
    expect(await opened.channel.send?.(outbound({ text: 'a'.repeat(1601) }), signal)).toEqual({
      status: 'rejected',
      reason: 'too-long',
    });
    expect(twilio.requests).toHaveLength(1);
  });
});
