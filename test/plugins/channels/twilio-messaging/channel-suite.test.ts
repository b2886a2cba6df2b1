import { randomBytes } from 'node:crypto';
import { describe, it } from 'vitest';
import { plugin } from '../../../../plugins/channels/twilio-messaging/plugin.ts';
import {
  type ChannelPlatform,
  channelSuite,
  type FakeTwilio,
  fakeTwilioFields,
  fakeTwilioSid,
  fakeTwilioSignature,
  type SuiteFault,
  type SuiteRequest,
  startFakeTwilio,
  type TwilioFault,
} from '../../../kit/index.ts';

interface TwilioPlatform extends ChannelPlatform {
  readonly twilio: FakeTwilio;
}

const faults: Readonly<Record<SuiteFault, TwilioFault>> = {
  busy: { kind: 'refuse', status: 429, code: 20429, message: 'Too many requests', retryAfterSeconds: 4 },
  failing: { kind: 'refuse', status: 500, code: 20500, message: 'Internal server error' },
  refused: { kind: 'refuse', status: 400, code: 21211, message: 'Invalid number' },
  lost: { kind: 'reset after delivery' },
};

const maxMediaBytes = 1_000_000;

function platformOf(prefix: string, to: string) {
  return async (address: string): Promise<TwilioPlatform> => {
    const accountSid = `AC${randomBytes(16).toString('hex')}`;
    const authToken = randomBytes(16).toString('hex');
    const twilio = await startFakeTwilio({ accountSid, authToken });
    const url = `${address}/webhook`;
    const signed = (fields: Readonly<Record<string, string>>, token = authToken): SuiteRequest => ({
      route: 'webhook',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': fakeTwilioSignature(token, url, fields),
        'i-twilio-idempotency-token': randomBytes(16).toString('hex'),
      },
      body: new URLSearchParams(fields).toString(),
    });
    const fieldsOf = (number: number, person: number, text: string, fields: Readonly<Record<string, string>> = {}) => {
      const from = `${prefix}+49170123456${person}`;
      return fakeTwilioFields(
        { url, sid: fakeTwilioSid('SM', String(number)), from, to, body: text, fields },
        accountSid,
      );
    };
    const pictureOf = (address: string): SuiteRequest =>
      signed(fieldsOf(5, 1, '', { NumMedia: '1', MediaUrl0: address, MediaContentType0: 'image/png' }));
    return {
      twilio,
      hosts: twilio.hosts,
      secrets: [accountSid, authToken],
      webhook: async (messages) => messages.map(({ number, person, text }) => signed(fieldsOf(number, person, text))),
      forged: (request) => {
        const right = request.headers['x-twilio-signature'] ?? '';
        const withSignature = (signature: string): SuiteRequest => ({
          ...request,
          headers: { ...request.headers, 'x-twilio-signature': signature },
        });
        return [
          { ...request, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
          withSignature(''),
          withSignature(right.slice(0, -4)),
          withSignature(right.toLowerCase()),
          signed(Object.fromEntries(new URLSearchParams(String(request.body))), 'another-token'),
          { ...request, body: String(request.body).replace('Good', 'Evil') },
          { ...request, body: `${String(request.body)}&Extra=1` },
        ];
      },
      unknown: () => [
        signed({}),
        signed({ MessageSid: 'SM1' }),
        signed(fieldsOf(7, 1, '', { MessageType: 'reaction' })),
        signed({ ...fieldsOf(8, 1, ''), NumMedia: 'NaN', Latitude: 'x', Longitude: '1e400' }),
        { ...signed({ MessageStatus: 'unheard-of', MessageSid: 'SM1' }) },
      ],
      unreadable: () => [
        signed(fieldsOf(9, 1, '', { MessageType: 'unsupported' })),
        signed(fieldsOf(10, 1, '', { MessageType: 'order' })),
      ],
      get sent() {
        return twilio.sent.map(({ to, body, mediaUrls }) => ({
          person: Number(to.at(-1)),
          text: body,
          media: mediaUrls.length,
          buttons: [],
        }));
      },
      get attempts() {
        return twilio.requests.filter(({ path }) => path.endsWith('/Messages.json')).length;
      },
      meet: (fault) => twilio.meet(faults[fault]),
      busyForMs: 4_000,
      file: async (given) => {
        const bytes = given ?? randomBytes(64);
        return { requests: [pictureOf(twilio.file({ bytes, mediaType: 'image/png' }))], bytes };
      },
      goneFile: async () => {
        const known = twilio.file({ bytes: new Uint8Array(1), mediaType: 'image/png' });
        return { requests: [pictureOf(known.replace(/.{3}$/, '999'))] };
      },
      largeFile: async () => ({
        requests: [pictureOf(twilio.file({ bytes: new Uint8Array(maxMediaBytes + 1), mediaType: 'image/png' }))],
      }),
      [Symbol.asyncDispose]: () => twilio[Symbol.asyncDispose](),
    };
  };
}

describe.each([
  ['SMS from Germany', '', '+4930111222'],
  ['SMS and MMS from North America', '', '+15550001111'],
  ['WhatsApp', 'whatsapp:', 'whatsapp:+15550001111'],
])('twilio-messaging as a channel: %s', (_, prefix, from) => {
  const suite = channelSuite({
    plugin,
    config: ({ twilio }) => {
      const { accountSid, authToken, baseUrl } = twilio;
      return { accountSid, authToken, baseUrl, from, templates: {}, maxMediaBytes };
    },
    fixtures: { start: platformOf(prefix, from) },
  });
  for (const { name, run } of suite) it(name, run);
});
