import { createServer } from 'node:net';
import type { SendResult } from 'polyphon/plugin';
import { describe, expect, it } from 'vitest';
import { PolyphonError } from '../../../../core/contract/index.ts';
import { resultOf } from '../../../../plugins/channels/twilio-messaging/failure.ts';
import { fakeTwilioSignature, startFakeTwilio, type TwilioFault } from '../../../kit/index.ts';
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
      StatusCallback: 'https://bots.example/v1/lamps/sms/status',
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

  it('of several parts goes on after the part that was taken', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio, { from: 'whatsapp:+15550001111' });
    const message = outbound({
      conversation: 'whatsapp:+491701234567',
      text: 'Two',
      attachments: ['a', 'b'].map((id) => ({
        id,
        kind: 'image',
        mediaType: 'image/png',
        url: `https://x.example/${id}`,
      })),
    });
    const full = { status: 429, code: 63018, message: 'Rate limit' };
    const original = opened.channel.send;
    const first = original?.(message, signal);
    await twilio.requested(1);
    twilio.meet({ kind: 'refuse', ...full });
    const results = [await first, await original?.(message, signal)];
    expect(results.at(-1)).toMatchObject({ status: 'delivered' });
    expect(twilio.sent.filter(({ body }) => body === 'Two')).toHaveLength(1);
    expect(twilio.sent.map(({ mediaUrls }) => mediaUrls[0])).toContain('https://x.example/b');
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

describe('what is known after a send that failed', () => {
  const refuse = (status: number, code: number, retryAfterSeconds?: number): TwilioFault => ({
    kind: 'refuse',
    status,
    code,
    message: 'No.',
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
  const cases: readonly (readonly [TwilioFault, SendResult])[] = [
    [refuse(400, 21610), { status: 'rejected', reason: '21610 opted-out' }],
    [refuse(400, 21211), { status: 'rejected', reason: '21211 invalid-number' }],
    [refuse(400, 21614), { status: 'rejected', reason: '21614 not-a-mobile-number' }],
    [refuse(400, 21408), { status: 'rejected', reason: '21408 region-not-allowed' }],
    [refuse(400, 63016), { status: 'rejected', reason: '63016 window-closed' }],
    [refuse(400, 21617), { status: 'rejected', reason: '21617 too-long' }],
    [refuse(400, 55555), { status: 'rejected', reason: '55555 refused' }],
    [refuse(401, 20003), { status: 'rejected', reason: '20003 auth' }],
    [refuse(429, 20429), { status: 'rejected', reason: '20429 rate-limited', retryAfterMs: 3000 }],
    [refuse(429, 20429, 17), { status: 'rejected', reason: '20429 rate-limited', retryAfterMs: 17_000 }],
    [refuse(429, 14107), { status: 'rejected', reason: '14107 rate-limited', retryAfterMs: 60_000 }],
    [refuse(400, 21611), { status: 'rejected', reason: '21611 queue-full', retryAfterMs: 60_000 }],
    [refuse(500, 20500), { status: 'rejected', reason: '20500 service-failed', retryAfterMs: 3000 }],
    [refuse(503, 20503, 5), { status: 'rejected', reason: '20503 service-unavailable', retryAfterMs: 5000 }],
    [
      { kind: 'page', status: 502 },
      { status: 'rejected', reason: 'status 502', retryAfterMs: 3000 },
    ],
    [{ kind: 'page', status: 504 }, { status: 'uncertain' }],
    [{ kind: 'reset after delivery' }, { status: 'uncertain' }],
  ];
  it.each(cases)('%j', async (fault, expected) => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio);
    twilio.meet(fault);
    expect(await opened.channel.send?.(outbound({ text: 'Hello' }), signal)).toEqual(expected);
    const { accountSid, authToken } = twilio;
    for (const secret of [authToken, Buffer.from(`${accountSid}:${authToken}`).toString('base64')])
      expect(opened.lines.join()).not.toContain(secret);
  });

  it('is that nobody listened: it may go again', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const host = `127.0.0.1:${port}`;
    await using opened = await openChannel({
      accountSid: 'AC1',
      authToken: 'token',
      baseUrl: `http://${host}`,
      hosts: [host],
    });
    expect(await opened.channel.send?.(outbound({ text: 'Hello' }), signal)).toEqual({
      status: 'rejected',
      reason: 'unreachable',
      retryAfterMs: 1000,
    });
  });

  it('is that Twilio refuses a wrong token, and the number of an opted-out person', async () => {
    await using twilio = await startFakeTwilio();
    await using wrong = await openChannel(twilio, { authToken: 'another' });
    expect(await wrong.channel.send?.(outbound({ text: 'Hello' }), signal)).toEqual({
      status: 'rejected',
      reason: '20003 auth',
    });
    await using right = await openChannel(twilio);
    twilio.optedOut.add('+491701234567');
    expect(await right.channel.send?.(outbound({ text: 'Hello' }), signal)).toEqual({
      status: 'rejected',
      reason: '21610 opted-out',
    });
  });

  it('is nothing, when the deadline passed or we stopped waiting', async () => {
    expect(resultOf(new PolyphonError('NET6002', 'Late.'))).toEqual({ status: 'uncertain' });
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio);
    twilio.meet({ kind: 'silence after delivery' });
    const stop = new AbortController();
    const sending = opened.channel.send?.(outbound({ text: 'Hello' }), stop.signal);
    await twilio.saw(1);
    stop.abort();
    expect(await sending).toEqual({ status: 'uncertain' });
  });
});

describe('files that people send', () => {
  const attachment = { id: '1', kind: 'image' as const, mediaType: 'image/png' };

  it('are fetched with the credentials from Twilio, and from where it redirects to without them', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio);
    const url = twilio.file({ bytes: new Uint8Array([1, 2, 3]), mediaType: 'image/png' });
    const file = await opened.channel.fetchMedia?.({ ...attachment, url }, signal);
    expect(file).toEqual({ bytes: new Uint8Array([1, 2, 3]), mediaType: 'image/png' });
    expect(twilio.fileRequests).toEqual([{ path: '/files/1', authorization: undefined }]);
  });

  it('elsewhere are not asked for, whatever their address looks like', async () => {
    await using twilio = await startFakeTwilio();
    await using other = await startFakeTwilio();
    await using opened = await openChannel({ ...twilio, hosts: [...twilio.hosts, ...other.hosts] });
    const right = twilio.file({ bytes: new Uint8Array([1]), mediaType: 'image/png' });
    const forged = [
      other.file({ bytes: new Uint8Array([1]), mediaType: 'image/png' }),
      right.replace('http://', 'https://'),
      right.replace('//', `//${new URL(twilio.baseUrl).host}@`),
      'file:///etc/passwd',
      'not an address',
      undefined,
    ];
    for (const url of forged) {
      const fetched = opened.channel.fetchMedia?.({ ...attachment, ...(url === undefined ? {} : { url }) }, signal);
      await expect(fetched).rejects.toMatchObject({ code: 'TWI3402' });
    }
    expect([twilio.requests, other.requests, other.fileRequests]).toEqual([[], [], []]);
  });

  it('that Twilio does not give, or that are too large, are named', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio, { maxMediaBytes: 2 });
    const url = twilio.file({ bytes: new Uint8Array([1, 2, 3]), mediaType: 'image/png' });
    await expect(opened.channel.fetchMedia?.({ ...attachment, url }, signal)).rejects.toMatchObject({
      code: 'NET6003',
    });
    const gone = url.replace(/1$/, '9');
    await expect(opened.channel.fetchMedia?.({ ...attachment, url: gone }, signal)).rejects.toMatchObject({
      code: 'TWI3405',
    });
  });
});

describe('registration', () => {
  it('sets, tells and removes the address of a number', async () => {
    await using twilio = await startFakeTwilio({ numbers: ['+4930111222'] });
    await using opened = await openChannel(twilio);
    const { registration } = opened.channel;
    const set = await registration?.set('https://bots.example/v1/lamps/sms', signal);
    expect(set?.url).toBe('https://bots.example/v1/lamps/sms/webhook');
    expect(twilio.smsUrls.get('+4930111222')).toBe('https://bots.example/v1/lamps/sms/webhook');
    expect((await registration?.info(signal))?.url).toBe('https://bots.example/v1/lamps/sms/webhook');
    expect((await registration?.delete(signal))?.url).toBeUndefined();
    expect(twilio.smsUrls.get('+4930111222')).toBe('');
  });

  it('of a Messaging Service sets both addresses', async () => {
    await using twilio = await startFakeTwilio({ services: [service] });
    await using opened = await openChannel(twilio, { messagingServiceSid: service });
    const state = await opened.channel.registration?.set('https://bots.example/v1/lamps/sms/', signal);
    expect(state?.url).toBe('https://bots.example/v1/lamps/sms/webhook');
    expect(twilio.serviceUrls.get(service)).toEqual({
      inbound: 'https://bots.example/v1/lamps/sms/webhook',
      status: 'https://bots.example/v1/lamps/sms/status',
    });
    expect((await opened.channel.registration?.info(signal))?.notes.join()).toContain('Fake service');
    expect((await opened.channel.registration?.delete(signal))?.url).toBeUndefined();
  });

  it('of a WhatsApp sender says what to enter where', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio, { from: 'whatsapp:+15550001111' });
    const state = await opened.channel.registration?.set('https://bots.example/v1/lamps/sms', signal);
    expect(state?.url).toBeUndefined();
    expect(state?.notes.join()).toContain('enter https://bots.example/v1/lamps/sms/webhook (POST)');
    expect(twilio.requests).toEqual([]);
  });

  it('names a number that is not the account’s, and a token that is wrong', async () => {
    await using twilio = await startFakeTwilio({ numbers: ['+4930999999'] });
    await using opened = await openChannel(twilio);
    await expect(opened.channel.registration?.info(signal)).rejects.toMatchObject({ code: 'TWI3404' });
    await using wrong = await openChannel(twilio, { authToken: 'another' });
    await expect(wrong.channel.registration?.info(signal)).rejects.toMatchObject({
      code: 'TWI3401',
      message: expect.stringContaining('20003 auth'),
    });
  });
});
