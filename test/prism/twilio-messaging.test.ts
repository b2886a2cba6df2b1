import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chance } from '../fuzz/chance.ts';
import { oddText } from '../fuzz/odd-values.ts';
import { formOf } from '../kit/fake-twilio-http.ts';
import { fakeTwilioForms, messageRefusal, misfitOf } from '../kit/fake-twilio-rules.ts';
import { type FakeTwilio, fakeTwilioSid, startFakeTwilio } from '../kit/index.ts';
import { type OpenChannel, openChannel, outbound } from '../plugins/channels/twilio-messaging/open-channel.ts';
import { oddMessages } from './odd-messages.ts';
import { Prism, type Watched } from './prism.ts';

const specification = 'twilio/openapi.subset.json';
const number = '+15550001111';
const service = `MG${'7'.repeat(32)}`;
const person = '+491701234567';

describe('what the channel sends to Twilio, with Prism between it and the fake,', () => {
  let twilio: FakeTwilio;
  let watched: Watched;
  const opened: OpenChannel[] = [];
  const open = async (config: object): Promise<OpenChannel> => {
    const channel = await openChannel({ ...twilio, baseUrl: watched.address, hosts: [watched.host] }, config);
    opened.push(channel);
    return channel;
  };
  beforeAll(async () => {
    twilio = await startFakeTwilio({ numbers: [number, `whatsapp:${number}`], services: [service] });
    watched = await (await Prism.open(specification)).watch(twilio.baseUrl);
  });
  afterAll(async () => {
    for (const channel of opened) await channel[Symbol.asyncDispose]();
    await watched[Symbol.asyncDispose]();
    await twilio[Symbol.asyncDispose]();
  });

  it.each([
    ['a number', person, { from: number }],
    ['a Messaging Service', person, { messagingServiceSid: service }],
    ['WhatsApp', `whatsapp:${person}`, { from: `whatsapp:${number}` }],
  ])(
    'is by Twilio’s specification from %s, whatever is to be said, and so is what the fake answers',
    async (_, to, config) => {
      const { channel, signal } = await open(config);
      const before = { requests: twilio.requests.length, sent: twilio.sent.length };
      const strange: string[] = [];
      for (const message of oddMessages(150, to)) {
        await channel.send?.(message, signal);
        const violations = watched.take();
        if (violations.length > 0)
          strange.push(
            `${JSON.stringify(twilio.requests.at(-1)?.form).slice(0, 300)} ${violations.join('; ').slice(0, 300)}`,
          );
      }
      expect(strange).toEqual([]);
      expect(twilio.sent.length - before.sent).toBeGreaterThan(100);
      expect(twilio.requests.slice(before.requests).filter(({ refusal }) => refusal !== undefined)).toEqual([]);
    },
  );

  it('is by the specification as a template, too', async () => {
    const contentSid = `HX${'4'.repeat(32)}`;
    const { channel, signal } = await open({ from: `whatsapp:${number}`, templates: { late: contentSid } });
    const template = { name: 'late', language: 'en', parameters: ['Your lamp\nis ready.'] };
    const result = await channel.send?.(outbound({ conversation: `whatsapp:${person}`, template }), signal);
    expect([result?.status, watched.take()]).toEqual(['delivered', []]);
  });

  it.each([
    ['a number', { from: number }],
    ['a Messaging Service', { messagingServiceSid: service }],
  ])('is by the specification where the webhook of %s is set, read and removed', async (_, config) => {
    const { channel, signal } = await open(config);
    await channel.registration?.set('https://bots.example/v1/lamps/sms', signal);
    await channel.registration?.info(signal);
    // A number that has no address yet has an empty one.
    expect(watched.take().filter((words) => !/^response\.body.*sms_url must match format "uri"/.test(words))).toEqual(
      [],
    );
    await channel.registration?.delete(signal);
    // Twilio's documentation removes an address by an empty one, which its specification overlooks.
    expect(watched.take().filter((words) => !words.endsWith('must match format "uri"'))).toEqual([]);
  });

  it('would be noticed if it were not', async () => {
    await fetch(`${watched.address}/2010-04-01/Accounts/${twilio.accountSid}/Messages.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${twilio.accountSid}:${twilio.authToken}`).toString('base64')}` },
      body: new URLSearchParams({ To: person, From: number, MessagingServiceSid: 'MG1', Body: 'Hello' }),
    });
    expect(watched.take().join()).toContain('MessagingServiceSid');
  });
});

const account = `AC${'5a'.repeat(16)}`;
const register = {
  senders: undefined,
  services: new Set([service]),
  optedOut: new Set<string>(),
  windowClosed: new Set<string>(),
};
const values = ['', 'true', 'false', 'yes', '0', '-1', '3.5', '1e3', 'NaN', 'POST', 'post', 'retain', 'https://a.example/x', 'a.example', 'not a url', service, `${service}0`, 'MG1', account, '2026-11-21T10:00:00Z']; // biome-ignore format: one word list

interface Operation {
  readonly path: string;
  readonly form: { readonly properties: object };
  readonly whole: Readonly<Record<string, string>>;
  refusal(form: string): object | undefined;
}

const operations: readonly (readonly [string, Operation])[] = [
  [
    'messages',
    {
      path: `/2010-04-01/Accounts/${account}/Messages.json`,
      form: fakeTwilioForms.createMessage,
      whole: { To: person, From: number, Body: 'Hello', StatusCallback: 'https://bots.example/v1/lamps/sms/status' },
      refusal: (form) => messageRefusal(formOf(form), register),
    },
  ],
  [
    'numbers',
    {
      path: `/2010-04-01/Accounts/${account}/IncomingPhoneNumbers/${fakeTwilioSid('PN', number)}.json`,
      form: fakeTwilioForms.updateNumber,
      whole: { SmsUrl: 'https://bots.example/v1/lamps/sms/webhook', SmsMethod: 'POST' },
      refusal: (form) => misfitOf(fakeTwilioForms.updateNumber, formOf(form)),
    },
  ],
  [
    'services',
    {
      path: `/v1/Services/${service}`,
      form: fakeTwilioForms.updateService,
      whole: { InboundRequestUrl: 'https://bots.example/v1/lamps/sms/webhook', UseInboundWebhookOnNumber: 'false' },
      refusal: (form) => misfitOf(fakeTwilioForms.updateService, formOf(form)),
    },
  ],
];

describe('500 bent forms', () => {
  it.each(operations)('for %s that Twilio’s specification refuses are refused by the fake', async (name, operation) => {
    const prism = await Prism.open(specification);
    const missed: string[] = [];
    const counts = { both: 0, 'the fake only': 0, neither: 0 };
    for (let index = 0; index < 500; index += 1) {
      const form = bent(operation, new Chance(20_261_121, index));
      const violations = await prism.judge({
        method: 'post',
        path: operation.path,
        headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Basic eDp5' },
        // Prism does not take a plus for a space in a list.
        body: form.replaceAll('+', '%20'),
      });
      const isRefused = operation.refusal(form) !== undefined;
      // Except an address that is removed by an empty one, as above.
      const isWrong = violations.some((words) => name === 'messages' || !words.endsWith('must match format "uri"'));
      if (isWrong && !isRefused) missed.push(`${form.slice(0, 300)} ${violations.join('; ').slice(0, 300)}`);
      counts[isWrong ? 'both' : isRefused ? 'the fake only' : 'neither'] += 1;
    }
    process.stderr.write(`Refusals of Twilio's ${name}: ${JSON.stringify(counts)}\n`);
    expect(missed).toEqual([]);
    expect(counts.both).toBeGreaterThan(100);
    expect(counts.neither).toBeGreaterThan(100);
  });
});

function bent({ whole, form }: Operation, chance: Chance): string {
  const fields = new Map(Object.entries(whole));
  const properties = Object.keys(form.properties);
  for (let change = chance.below(4); change > 0; change -= 1) {
    const property = chance.one(properties);
    const value = chance.happens(0.7) ? chance.one(values) : oddText(chance).toWellFormed().slice(0, 2_000);
    if (chance.happens(0.15)) fields.delete(chance.one([...fields.keys(), property]));
    else fields.set(property, value);
  }
  return new URLSearchParams([...fields]).toString();
}
