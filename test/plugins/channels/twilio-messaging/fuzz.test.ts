import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callTwilioWebhook, fakeTwilioFields, fakeTwilioSid, startFakeTwilio } from '../../../kit/index.ts';
import { deployShops, listensAt, webhookOf } from './candle-shop.ts';

const bodies = 400;
const atOnce = 20;
/** The seed of a failing run goes here, to stay a test. */
const seed = 20261121;

const names = fc.constantFrom(
  ...'Body From To MessageSid SmsSid NumMedia MediaUrl0 MediaContentType0 MediaUrl9 ProfileName WaId ButtonPayload'.split(
    ' ',
  ),
  ...'ButtonText ListId Latitude Longitude Label Address Forwarded OptOutType MessageStatus ErrorCode MessageType'.split(
    ' ',
  ),
  ...['__proto__', 'constructor', 'toString', '', 'a'.repeat(300), '💥', 'bodySHA256'],
);
const values = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    ...['', ' ', '\0', 'STOP', 'whatsapp:', '+', '-1', '1e309', 'NaN', 'null', '[]', '../../etc/passwd', '\r\nX-A: b'],
    ...['https://evil.example/', 'http://127.0.0.1/', 'javascript:1', '\u202e', '👩‍👩‍👧', '{{7*7}}', "' or 1=1 --"],
    'a'.repeat(5_000),
  ),
);
const usual = fakeTwilioFields(
  { url: '', sid: fakeTwilioSid('SM', 'fuzz'), from: '+491701234567', to: '+4930111222', body: 'Hello' },
  `AC${'5a'.repeat(16)}`,
);
const forms = fc
  .tuple(
    fc.subarray(Object.keys(usual)),
    fc.array(fc.tuple(names, fc.oneof(values, fc.array(values, { minLength: 2, maxLength: 4 }))), { maxLength: 12 }),
  )
  .map(([kept, others]) => Object.fromEntries([...kept.map((name) => [name, usual[name] ?? ''] as const), ...others]));

describe('400 damaged bodies, signed as they should be,', () => {
  it('are all answered, none with an error of ours', async () => {
    await using twilio = await startFakeTwilio();
    await using deployment = await deployShops([{ tenantId: 'candles', twilio, rate: '60/min' }]);
    const through = listensAt(deployment);
    const samples = fc.sample(forms, { numRuns: bodies, seed });
    const answers: { readonly status: number; readonly form: object }[] = [];
    for (let start = 0; start < samples.length; start += atOnce) {
      await Promise.all(
        samples.slice(start, start + atOnce).map(async (form, offset) => {
          const url = offset % 4 === 3 ? webhookOf('candles').replace('webhook', 'status') : webhookOf('candles');
          const wellFormed = Object.fromEntries(
            Object.entries(form).map(([name, value]) => [
              name.toWellFormed(),
              [value].flat().map((each) => each.toWellFormed()),
            ]),
          );
          const { status } = await callTwilioWebhook({ url, through, fields: wellFormed, authToken: twilio.authToken });
          answers.push({ status, form });
        }),
      );
    }
    expect(answers).toHaveLength(bodies);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(deployment.lines.filter((line) => line.includes('"level":50') || line.includes('"level":"error"'))).toEqual(
      [],
    );
  }, 60_000);
});
