import { createHash } from 'node:crypto';
import { fakeTwilioFields, fakeTwilioSid, fakeTwilioSignature } from '../kit/index.ts';
import { toBytes } from './bend-json.ts';
import type { Chance } from './chance.ts';
import type { FuzzChannel, FuzzRequest } from './fuzz-channel.ts';
import { oddNames, oddText, oddValue } from './odd-values.ts';

type Form = readonly (readonly [name: string, value: string])[];

const publicOrigin = 'https://bots.example';
const number = '+4930111222';
const accountSid = (tenantId: string): string => `AC${(tenantId === 'acme' ? '5a' : '6b').repeat(16)}`;
const tokenOf = (tenantId: string): string => `auth-token-of-${tenantId}`;

/** Names of Twilio's webhooks for messages, WhatsApp included, and of its status callbacks. */
const names = [
  ...'MessageSid SmsSid SmsMessageSid AccountSid MessagingServiceSid From To Body NumMedia NumSegments ApiVersion OptOutType'.split(
    ' ',
  ),
  ...'MediaUrl0 MediaContentType0 MediaUrl1 MediaContentType1 MediaUrl9 MediaContentType9 MediaUrl10 ReferralNumMedia'.split(
    ' ',
  ),
  ...'FromCity FromState FromZip FromCountry ToCity ToState ToZip ToCountry AddOns MessageType ChannelMetadata Payload'.split(
    ' ',
  ),
  ...'ProfileName WaId Forwarded FrequentlyForwarded ButtonText ButtonPayload ListId ListTitle ListDescription InteractiveData FlowData'.split(
    ' ',
  ),
  ...'Latitude Longitude Address Label OriginalRepliedMessageSid OriginalRepliedMessageSender ReferralBody ReferralHeadline'.split(
    ' ',
  ),
  ...'ReferralSourceId ReferralSourceType ReferralSourceUrl ReferralMediaId ReferralMediaContentType ReferralCtwaClid'.split(
    ' ',
  ),
  ...'MessageStatus SmsStatus ErrorCode ErrorMessage ChannelStatusMessage RawDlrDoneDate EventType ExternalUserId bodySHA256'.split(
    ' ',
  ),
] as const;
const statuses =
  'accepted scheduled canceled queued sending sent failed delivered undelivered receiving received read partially_delivered'.split(
    ' ',
  );

/** What Twilio sends, by kind. */
const usual: readonly (readonly [kind: string, fields: Readonly<Record<string, string>>])[] = [
  ['text', { Body: 'What does the blue lamp cost?' }],
  ['stop', { Body: 'STOP', OptOutType: 'STOP' }],
  ['help', { Body: 'HELP' }],
  ['picture', { NumMedia: '1', MediaUrl0: `https://api.twilio.com/2010-04-01/Accounts/${accountSid('acme')}/Messages/MM${'1'.repeat(32)}/Media/ME${'2'.repeat(32)}`, MediaContentType0: 'image/jpeg' }],
  ['ten files', Object.fromEntries([['NumMedia', '10'], ...Array.from({ length: 10 }, (_, index) => [`MediaContentType${index}`, 'audio/ogg; codecs=opus'])]) as Record<string, string>],
  ['whatsapp', { From: 'whatsapp:+491701234567', To: 'whatsapp:+4930111222', Body: 'Hello', ProfileName: 'Ada', WaId: '491701234567', MessageType: 'text', ChannelMetadata: '{"type":"whatsapp","data":{"context":{"ProfileName":"Ada"}}}' }],
  ['button', { From: 'whatsapp:+491701234567', Body: 'Yes', ButtonText: 'Yes', ButtonPayload: 'confirm', MessageType: 'button' }],
  ['list', { From: 'whatsapp:+491701234567', Body: 'Red', ListId: 'red', ListTitle: 'Red', MessageType: 'interactive' }],
  ['place', { From: 'whatsapp:+491701234567', Latitude: '52.5', Longitude: '13.4', Address: 'Unter den Linden', Label: 'Home', MessageType: 'location' }],
  ['reaction', { From: 'whatsapp:+491701234567', MessageType: 'reaction', Body: '' }],
  ['reply', { From: 'whatsapp:+491701234567', Body: 'This one', OriginalRepliedMessageSid: `SM${'3'.repeat(32)}`, OriginalRepliedMessageSender: 'whatsapp:+4930111222', Forwarded: 'true' }],
  ['advertisement', { From: 'whatsapp:+491701234567', Body: 'Hi', ReferralBody: 'Lamps', ReferralHeadline: 'Sale', ReferralSourceId: '1', ReferralSourceType: 'ad', ReferralNumMedia: '0' }],
]; // biome-ignore format: one table

function messageForm(chance: Chance): Form {
  const [, fields] = chance.one(usual);
  const from = `+49170${1_000_000 + chance.below(20_000)}`;
  const own = fields['From'] === undefined ? {} : { From: `whatsapp:${from}` };
  const sid = fakeTwilioSid('SM', String(chance.below(1e9)));
  return Object.entries(
    fakeTwilioFields({ url: '', sid, from, to: number, fields: { ...fields, ...own } }, accountSid('acme')),
  );
}

function statusForm(chance: Chance): Form {
  const status = chance.one(statuses);
  const sid = fakeTwilioSid('SM', String(chance.below(1000)));
  return Object.entries({
    MessageSid: sid,
    SmsSid: sid,
    MessageStatus: status,
    SmsStatus: status,
    To: `+49170${1_000_000 + chance.below(20_000)}`,
    From: number,
    AccountSid: accountSid('acme'),
    ApiVersion: '2010-04-01',
    ...(chance.happens(0.5)
      ? { ErrorCode: chance.one(['30003', '30008', '63016', '21610', '0', '-1', 'x', '99999999']) }
      : {}),
  });
}

function bendForm(form: Form, chance: Chance): Form {
  let bent = [...form];
  for (let change = chance.below(8); change >= 0; change -= 1) {
    const at = chance.below(bent.length + 1);
    const name = chance.happens(0.85) ? chance.one(names) : chance.one(oddNames);
    const value = chance.happens(0.2) ? chance.one(form)[1] : oddText(chance);
    switch (chance.below(7)) {
      case 0:
        bent.splice(at, 1);
        break;
      case 1:
      case 2:
        bent = bent.map((entry, index) => (index === at ? [entry[0], value] : entry));
        break;
      case 3:
        bent = bent.map((entry, index) => (index === at ? [name, entry[1]] : entry));
        break;
      case 4:
        bent.push(...Array.from({ length: chance.one([1, 2, 20]) }, () => [bent[at]?.[0] ?? name, value] as const));
        break;
      default:
        bent.splice(at, 0, [name, value]);
    }
  }
  return bent.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]);
}

/** Now and then not as a browser would write it: half an escape, no sign between name and value, other separators. */
function formBytes(form: Form, chance: Chance): Buffer {
  const text = plainForm(form);
  if (!chance.happens(0.08)) return Buffer.from(text);
  return chance.one([
    () => Buffer.from(text.slice(0, chance.below(text.length + 1))),
    () => Buffer.from(text.replaceAll('%', chance.one(['%%', '%u00', '%z', '%C3%28%']))),
    () => Buffer.from(`&&&=&=x&${text}&a&b==&`),
    () => Buffer.from(text.replaceAll('&', ';')),
    () => Buffer.from(`\ufeff${text}`),
    () => Buffer.from(text, 'utf16le'),
    () => Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0xc3]), Buffer.from(text)]),
    () => Buffer.from(`${text}&Body=${'%F0%9F%92%A5'.repeat(5_000)}`),
    () => Buffer.alloc(0),
  ])();
}

function plainForm(form: Form): string {
  return new URLSearchParams(form.map(([name, value]) => [name, value])).toString();
}

/** A name that stands twice is signed with each of its values. */
function fieldsOf(body: Buffer): Readonly<Record<string, readonly string[]>> {
  const fields: Record<string, string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(new TextDecoder().decode(body))) {
    const known = fields[name];
    if (known === undefined) fields[name] = [value];
    else known.push(value);
  }
  return fields;
}

function post(
  path: string,
  body: Buffer,
  signature: string | undefined,
  type = 'application/x-www-form-urlencoded',
): FuzzRequest {
  return {
    method: 'POST',
    path,
    headers: {
      'content-type': type,
      'user-agent': 'TwilioProxy/1.1',
      ...(signature === undefined ? {} : { 'x-twilio-signature': signature }),
    },
    body,
  };
}

/** Twilio can be told to send JSON; it then signs the digest of the body, as part of the address. */
function signedJson(path: string, form: Form, chance: Chance): FuzzRequest {
  const entries = form.map(([name, value]) => [name, chance.happens(0.9) ? value : oddValue(chance)]);
  const body = toBytes(Object.fromEntries(entries), chance);
  const address = `${path}?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
  return post(address, body, fakeTwilioSignature(tokenOf('acme'), publicOrigin + address, {}), 'application/json');
}

const webhook = '/v1/acme/sms/webhook';

export const twilioMessaging: FuzzChannel = {
  name: 'twilio-messaging',
  // Its own webhooks are a few kilobytes; what is far longer is not its.
  statuses: [200, 413],
  // An address that is none, and a word of consent in a bent message is answered there all the same.
  blameless: [/^21211$/, /^21910$/, /^21266$/],
  server: `, publicOrigin: "${publicOrigin}"`,
  tenant: (tenantId, { baseUrl }) => ({
    channels: `  sms:\n    use: twilio-messaging\n    with: { accountSid: "\${secret:sid}", authToken: "\${secret:token}", from: "${number}", baseUrl: "${baseUrl}" }`,
    secrets: { sid: accountSid(tenantId), token: tokenOf(tenantId) },
  }),
  request: (chance) => {
    const isStatus = chance.happens(0.25);
    const path = isStatus ? '/v1/acme/sms/status' : webhook;
    const form = isStatus ? statusForm(chance) : messageForm(chance);
    const bent = chance.happens(0.7) ? bendForm(form, chance) : form;
    if (chance.happens(0.1)) return signedJson(path, bent, chance);
    const body = formBytes(bent, chance);
    return post(path, body, fakeTwilioSignature(tokenOf('acme'), publicOrigin + path, fieldsOf(body)));
  },
  ways: 11,
  forged: (chance, way) => {
    const form = messageForm(chance);
    const body = Buffer.from(plainForm(form));
    const fields = fieldsOf(body);
    const sign = (token: string, origin = publicOrigin) => fakeTwilioSignature(token, origin + webhook, fields);
    const right = sign(tokenOf('acme'));
    const changed = Buffer.concat([body, Buffer.from('&Extra=1')]);
    const json = signedJson(webhook, form, chance);
    return [
      post(webhook, body, undefined),
      post(webhook, body, ''),
      post(webhook, body, right.slice(0, chance.below(right.length))),
      post(webhook, body, right.toLowerCase()),
      post(webhook, body, sign(tokenOf('other'))),
      post(webhook, body, sign(tokenOf('acme'), 'https://other.example')),
      post(webhook, body, sign('')),
      post(webhook, changed, right),
      post(`${webhook}?a=1`, body, right),
      post(webhook, body, `${right}=`),
      { ...json, body: Buffer.concat([json.body, Buffer.from(' ')]) },
    ][way] as FuzzRequest;
  },
};
