import { describe, expect, it } from 'vitest';
import { consentOf, isAnsweredByTwilio } from '../../../../plugins/channels/twilio-messaging/consent-words.ts';
import { decodeMessage } from '../../../../plugins/channels/twilio-messaging/decode.ts';
import { parseFields } from '../../../../plugins/channels/twilio-messaging/fields.ts';
import { decodeStatus } from '../../../../plugins/channels/twilio-messaging/statuses.ts';
import { fakeTwilioFields, fakeTwilioSid } from '../../../kit/index.ts';

const api = 'https://api.twilio.com';
const sid = fakeTwilioSid('SM', 'one');
const person = '+491701234567';
const media = `${api}/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME${'0'.repeat(32)}`;

function decoded(fields: Readonly<Record<string, string>>, body = 'Hello') {
  const message = fakeTwilioFields({ url: '', sid, from: person, to: '+4930111222', body, fields }, 'AC1');
  return decodeMessage(message, api);
}

describe('a message that comes in', () => {
  it('is a text of a telephone number', () => {
    expect(decoded({})).toEqual({
      id: sid,
      conversation: person,
      contact: { id: person, phone: person },
      text: 'Hello',
      metadata: { to: '+4930111222', country: 'DE' },
    });
  });

  it.each([
    [
      'WhatsApp with a profile',
      { From: `whatsapp:${person}`, ProfileName: 'Sheena 🌷', WaId: '491701234567' },
      {
        conversation: `whatsapp:${person}`,
        contact: { id: `whatsapp:${person}`, name: 'Sheena 🌷', phone: person },
        metadata: { to: '+4930111222', country: 'DE', whatsappId: '491701234567' },
      },
    ],
    [
      'a WhatsApp user without a number',
      { From: 'whatsapp:US.13491208655302741918' },
      {
        conversation: 'whatsapp:US.13491208655302741918',
        contact: { id: 'whatsapp:US.13491208655302741918' },
      },
    ],
    [
      'a message by RCS',
      { From: `rcs:${person}` },
      { conversation: `rcs:${person}`, contact: { id: `rcs:${person}`, phone: person } },
    ],
    ['a short code as sender', { From: '12345' }, { conversation: '12345', contact: { id: '12345' } }],
    [
      'a photograph with a caption',
      { NumMedia: '1', MediaUrl0: media, MediaContentType0: 'image/jpeg' },
      {
        text: 'Hello',
        attachments: [{ id: `ME${'0'.repeat(32)}`, kind: 'image', mediaType: 'image/jpeg', url: media }],
      },
    ],
    [
      'a voice message',
      { Body: '', NumMedia: '1', MediaUrl0: media, MediaContentType0: 'audio/ogg; codecs=opus' },
      {
        attachments: [{ id: `ME${'0'.repeat(32)}`, kind: 'audio', mediaType: 'audio/ogg', url: media }],
      },
    ],
    [
      'a file on a host that is not Twilio’s, without its address',
      { NumMedia: '1', MediaUrl0: 'https://evil.example/2010-04-01/x', MediaContentType0: 'image/png' },
      { attachments: [{ id: '1', kind: 'image', mediaType: 'image/png' }] },
    ],
    [
      'a sticker',
      { From: `whatsapp:${person}`, Body: '', NumMedia: '1', MediaUrl0: media, MediaContentType0: 'image/webp' },
      { attachments: [{ id: `ME${'0'.repeat(32)}`, kind: 'sticker', mediaType: 'image/webp', url: media }] },
    ],
    [
      'a visiting card',
      { Body: '', NumMedia: '1', MediaUrl0: media, MediaContentType0: 'text/x-vcard' },
      { attachments: [{ id: `ME${'0'.repeat(32)}`, kind: 'contact', mediaType: 'text/x-vcard', url: media }] },
    ],
    [
      'a place',
      { Body: '', Latitude: '52.516272', Longitude: '13.377722', Label: 'Gate', Address: 'Pariser Platz' },
      {
        text: 'Gate, Pariser Platz (geo:52.516272,13.377722)',
        attachments: [
          {
            id: 'location',
            kind: 'location',
            mediaType: 'application/geo+json',
            url: 'geo:52.516272,13.377722',
            name: 'Gate',
          },
        ],
      },
    ],
    [
      'a pressed button',
      { ButtonPayload: 'pick-up', ButtonText: 'Pick it up' },
      { text: 'Hello', action: { id: 'pick-up', label: 'Pick it up' } },
    ],
    [
      'an entry of a list',
      { Body: 'Tuesday', ListId: 'd2', ListTitle: 'Tuesday' },
      { action: { id: 'd2', label: 'Tuesday' } },
    ],
    [
      'a button that says what stops elsewhere',
      { Body: 'Stop', ButtonPayload: 'stop-order', ButtonText: 'Stop' },
      { action: { id: 'stop-order', label: 'Stop' } },
    ],
    [
      'a forwarded answer to another message',
      { Forwarded: 'true', OriginalRepliedMessageSid: 'SM7' },
      { metadata: { to: '+4930111222', country: 'DE', forwarded: true, replyTo: 'SM7' }, quotes: { id: 'SM7' } },
    ],
    ['a text with NUL in it', { Body: 'a\0b' }, { text: 'ab' }],
  ] as const)('%s', (_, fields, expected) => {
    const message = decoded(fields);
    expect(message).toMatchObject(expected);
  });

  it.each([
    ['without id', { MessageSid: '', SmsSid: '', SmsMessageSid: '' }, 'message-without-sid'],
    ['with an id that is none', { MessageSid: '../SM1' }, 'message-without-sid'],
    ['without sender', { From: '' }, 'message-without-sender'],
    ['from two lines', { From: '+49\n170' }, 'message-without-sender'],
    ['of a kind without content', { Body: ' ', MessageType: 'reaction' }, 'reaction'],
    ['with nothing in it', { Body: '' }, 'message-without-content'],
    ['from a place that is not on Earth', { Body: '', Latitude: '91', Longitude: '13' }, 'message-without-content'],
  ])('%s is left out by name', (_, fields, name) => {
    expect(decoded(fields as unknown as Record<string, string>)).toBe(name);
  });

  it.each([
    ['unsupported', 'message'],
    ['order', 'order'],
  ])('of kind %s stands for what a person sent and nobody can read', (MessageType, name) => {
    expect(decoded({ Body: '', MessageType })).toMatchObject({ attachments: [{ kind: 'unsupported', name }] });
    expect(decoded({ Body: 'Two lamps', MessageType })).toMatchObject({ text: 'Two lamps' });
    expect(decoded({ Body: 'Two lamps', MessageType })).not.toHaveProperty('attachments');
  });

  it('is no consent when a button says what stops elsewhere, and no text when it is a voice message', () => {
    const stop = { Body: 'Stop', ButtonPayload: 'stop-order', ButtonText: 'Stop' };
    expect(decoded(stop)).not.toHaveProperty('consent');
    const voice = { Body: '', NumMedia: '1', MediaUrl0: media, MediaContentType0: 'audio/ogg' };
    expect(decoded(voice)).not.toHaveProperty('text');
  });

  it('carries at most ten files, whatever it says', () => {
    const message = decoded({ NumMedia: '4000000000' });
    expect(typeof message === 'object' && message.attachments?.length).toBe(10);
    expect(decoded({ NumMedia: '-1' })).not.toHaveProperty('attachments');
    expect(decoded({ NumMedia: '1e9999' })).not.toHaveProperty('attachments');
  });
});

describe('words with a meaning of their own', () => {
  const sms = (Body: string) => consentOf({ Body }, 'sms');
  const whatsapp = (Body: string) => consentOf({ Body }, 'whatsapp');

  it.each(['CANCEL', 'End', 'quit'])('%s stops an SMS', (word) => {
    expect(sms(word)).toBe('stop');
    expect(sms(` ${word}\n`)).toBe('stop');
    expect(sms(`“${word}!”`)).toBe('stop');
    expect(sms(`Please ${word}`)).toBeUndefined();
    expect(sms(`${word} it`)).toBeUndefined();
  });

  it.each(['HELP', 'info', 'Hilfe', 'AIDE', 'ayuda', 'помощь', 'עזרה', 'مساعدة'])('%s asks for help', (word) => {
    expect(sms(word)).toBe('help');
    expect(sms(`${word}?`)).toBe('help');
  });

  it('on WhatsApp are none, where they can be about an order', () => {
    for (const word of ['CANCEL', 'end', 'quit', 'help', 'info']) expect(whatsapp(word)).toBeUndefined();
  });

  it('do not hold YES, the answer to every second question, unless Twilio has taken it for one', () => {
    expect(sms('YES')).toBeUndefined();
    expect(consentOf({ Body: 'YES', OptOutType: 'START' }, 'sms')).toBe('start');
    expect(consentOf({ Body: 'leave me alone', OptOutType: 'STOP' }, 'sms')).toBe('stop');
    expect(consentOf({ Body: 'hours', OptOutType: 'HELP' }, 'whatsapp')).toBe('help');
  });

  it.each([
    ['STOP', 'sms', true],
    [' optout\n', 'sms', true],
    ['Start', 'sms', true],
    ['Stop.', 'sms', false],
    ['Stopp', 'sms', false],
    ['Opt out', 'sms', false],
    ['STOP', 'whatsapp', false],
  ] as const)('%j by %s: Twilio has told the person that it was heard: %s', (Body, network, expected) => {
    expect(isAnsweredByTwilio({ Body }, network)).toBe(expected);
    expect(isAnsweredByTwilio({ Body, OptOutType: 'STOP' }, network)).toBe(true);
  });

  it('are looked for in no long text, which could keep everybody else waiting', () => {
    const body = `a${'!'.repeat(30_000)}b`;
    const began = performance.now();
    for (let times = 0; times < 10; times += 1) expect(sms(body)).toBeUndefined();
    // A second each, where the marks are counted from every one of them.
    expect(performance.now() - began).toBeLessThan(500);
  });

  it('are the whole message, and part of it as it was written', () => {
    expect(decoded({}, 'quit')).toMatchObject({ text: 'quit', consent: 'stop' });
    expect(decoded({ OptOutType: 'STOP' }, 'stop')).toMatchObject({
      consentNotice: 'platform',
      metadata: { answeredByTwilio: true },
    });
  });
});

describe('a status callback', () => {
  const status = (MessageStatus: string, ErrorCode?: string) =>
    decodeStatus({ MessageSid: sid, MessageStatus, ...(ErrorCode === undefined ? {} : { ErrorCode }) });

  it.each([
    ['sent', { status: 'sent' }],
    ['delivered', { status: 'delivered' }],
    ['read', { status: 'read' }],
    ['partially_delivered', { status: 'delivered' }],
    ['undelivered', { status: 'failed', reason: 'undelivered' }],
    ['canceled', { status: 'failed', reason: 'canceled' }],
  ])('%s', (told, expected) => {
    expect(status(told)).toEqual({ providerMessageId: sid, ...expected });
  });

  it.each([
    ['21610', '21610 opted-out'],
    ['21408', '21408 region-not-allowed'],
    ['30003', '30003 unreachable'],
    ['30004', '30004 blocked'],
    ['30005', '30005 unknown-number'],
    ['30006', '30006 landline'],
    ['30007', '30007 filtered'],
    ['30008', '30008 unknown-error'],
    ['30019', '30019 too-large'],
    ['30024', '30024 number-not-provisioned'],
    ['30036', '30036 expired'],
    ['63016', '63016 window-closed'],
    ['63031', '63031 own-number'],
    ['99999', '99999 refused'],
    ['<script>', 'failed'],
  ])('of a failure with code %s is called %s', (code, reason) => {
    expect(status('failed', code)).toEqual({ providerMessageId: sid, status: 'failed', reason });
  });

  it.each(['accepted', 'scheduled', 'queued', 'sending', 'receiving', 'received', '', 'tomorrow'])(
    '%s says nothing',
    (told) => {
      expect(status(told)).toBeUndefined();
    },
  );

  it('without a message says nothing', () => {
    expect(decodeStatus({ MessageStatus: 'sent' })).toBeUndefined();
  });
});

describe('the form of a webhook', () => {
  const parse = (body: string | Uint8Array, type = 'application/x-www-form-urlencoded') =>
    parseFields(typeof body === 'string' ? Buffer.from(body) : body, type);

  it('keeps a name that stands twice, and what looks like a property of objects', () => {
    expect(parse('a=1&b=2&a=3&__proto__=4')).toEqual(
      Object.assign(Object.create(null), { a: ['1', '3'], b: '2', ['__proto__']: '4' }),
    );
  });

  it('of too many fields, or a body that is no object, is none', () => {
    expect(parse('a=1&'.repeat(501))).toBeUndefined();
    for (const body of ['[]', 'null', '"a"', '{', '\u0000']) expect(parse(body, 'application/json')).toBeUndefined();
  });

  it('of bytes that are not UTF-8 is read all the same', () => {
    expect(parse(new Uint8Array([0x61, 0x3d, 0xff]))).toEqual(Object.assign(Object.create(null), { a: '\ufffd' }));
  });
});
