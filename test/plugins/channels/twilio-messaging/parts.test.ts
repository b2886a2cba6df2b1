import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeTwilio, fakeTwilioSid, fakeTwilioSignature, startFakeTwilio } from '../../../kit/index.ts';
import { type OpenChannel, openChannel, outbound } from './open-channel.ts';

const from = 'whatsapp:+15550001111';
const statusAddress = 'https://bots.example/v1/lamps/sms/status';
/** WhatsApp carries one file a message. */
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

let twilio: FakeTwilio;
let opened: OpenChannel;
let kept: string[];
beforeEach(async () => {
  twilio = await startFakeTwilio();
  opened = await openChannel(twilio, { from });
  kept = [];
});
afterEach(async () => {
  await opened[Symbol.asyncDispose]();
  await twilio[Symbol.asyncDispose]();
});

const files = () => twilio.sent.map(({ mediaUrls }) => mediaUrls[0]?.at(-1));
const send = (progress?: string) =>
  opened.channel.send?.(
    { ...message, ...(progress === undefined ? {} : { progress }) },
    opened.signal,
    async (told) => kept.push(told) > 0,
  );

it('a message in parts goes on after the part that was taken, in another process too', async () => {
  const first = send();
  await twilio.requested(1);
  twilio.meet({ kind: 'refuse', status: 429, code: 63018, message: 'Rate limit' });
  expect(await first).toMatchObject({ status: 'rejected', reason: expect.stringContaining('63018') });
  expect(files()).toEqual(['a']);
  await using other = await openChannel(twilio, { from });
  const again = await other.channel.send?.({ ...message, progress: kept[0] ?? '' }, other.signal);
  expect(again).toEqual({ status: 'delivered', providerMessageId: twilio.sent[1]?.sid });
  expect(files()).toEqual(['a', 'b']);
});

it('what may have arrived is no reason to keep back the rest, and goes out when somebody sends the message again', async () => {
  twilio.meet({ kind: 'reset after delivery' });
  expect(await send()).toEqual({ status: 'uncertain' });
  expect(files()).toEqual(['a', 'b']);
  expect(kept).toHaveLength(2);
  expect(await send(kept[0])).toEqual({ status: 'uncertain' });
  expect(await send(kept[1])).toMatchObject({ status: 'delivered' });
  expect(files()).toEqual(['a', 'b', 'b', 'a']);
});

it('a message in parts goes no further when the person opts out meanwhile', async () => {
  const result = await opened.channel.send?.(message, opened.signal, async () => false);
  expect(result).toEqual({ status: 'rejected', reason: 'opted-out' });
  expect(files()).toEqual(['a']);
});

it.each([
  ['{'],
  ['7'],
  ['{"count":3,"next":1,"unsure":[],"sid":"MM1"}'],
  ['{"count":2,"next":3,"unsure":[],"sid":"MM1"}'],
  ['{"count":2,"next":1,"sid":"MM1"}'],
])('it goes out whole where what was kept says nothing of it: %s', async (progress) => {
  expect(await send(progress)).toMatchObject({ status: 'delivered' });
  expect(files()).toEqual(['a', 'b']);
});

it('the address of statuses names the part, and the last stands for all where none is in doubt', async () => {
  await send();
  twilio.meet({ kind: 'reset after delivery' });
  await send();
  expect(twilio.sent.map(({ form }) => form['StatusCallback'])).toEqual(
    ['&part=1', '', '&part=1', '&part=2'].map((part) => `${statusAddress}?message=out_1${part}`),
  );
});

it.each([
  ['?message=out_1&part=1', { message: 'out_1', part: true }],
  ['?message=out_1', { message: 'out_1' }],
  ['?message=%3Cscript%3E&part=1', {}],
  ['', {}],
])('a status that comes to “%s” is of that part', async (query, expected) => {
  const sid = fakeTwilioSid('MM', 'one');
  const url = `${statusAddress}${query}`;
  const fields = { MessageSid: sid, MessageStatus: 'undelivered', ErrorCode: '30008' };
  const request = new Request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': fakeTwilioSignature(twilio.authToken, url, fields),
    },
  });
  const route = opened.channel.routes?.find(({ path }) => path === 'status');
  const body = Buffer.from(new URLSearchParams(fields).toString());
  const call = { parameters: {}, body, remoteAddress: '127.0.0.1', signal: opened.signal };
  expect(await route?.handle(request, call)).toMatchObject({
    kind: 'accepted',
    statuses: [{ providerMessageId: sid, status: 'failed', reason: '30008 unknown-error', ...expected }],
  });
});
