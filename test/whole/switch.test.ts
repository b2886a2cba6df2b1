import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Message } from '../../core/contract/index.ts';
import {
  createFakeWebhookReceiver,
  type FakeTelegram,
  type FakeTwilio,
  type FakeWebhookReceiver,
  type FakeWhatsapp,
  startFakeTelegram,
  startFakeTwilio,
  startFakeWhatsapp,
} from '../kit/index.ts';
import { openChat } from './chat-client.ts';
import { type Deployment, deploy } from './deployment.ts';

const token = '7781001:a-token-that-only-telegram-and-we-know';
const webhookSecret = 'what-telegram-sends';
const secret = `whsec_${Buffer.from('a key of the test').toString('base64')}`;
const stack = new AsyncDisposableStack();
let telegram: FakeTelegram;
let whatsapp: FakeWhatsapp;
let twilio: FakeTwilio;
let receiver: FakeWebhookReceiver;
let deployment: Deployment;

beforeAll(async () => {
  telegram = stack.use(await startFakeTelegram());
  whatsapp = stack.use(await startFakeWhatsapp());
  twilio = stack.use(await startFakeTwilio());
  receiver = createFakeWebhookReceiver({ secret, now: () => Date.now() });
  const hook = stack.use(await receiver.listen());
  const secrets = {
    telegram: token,
    telegram_hook: webhookSecret,
    wa_token: whatsapp.accessToken,
    wa_app: whatsapp.appSecret,
    wa_verify: whatsapp.verifyToken,
    twilio_sid: twilio.accountSid,
    twilio_token: twilio.authToken,
    hook: secret,
  };
  const reachable = [telegram.host, new URL(whatsapp.baseUrl).host, ...twilio.hosts, hook.hostAndPort];
  deployment = stack.use(
    await deploy({
      settings: `polyphon: 1\nhttp: { allowPrivate: ${JSON.stringify(reachable)} }\n`,
      files: {
        'shop/.secrets.yaml': Object.entries(secrets)
          .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
          .join(''),
        'shop/knowledge/lamps.md': '# Prices\n\nThe blue lamp costs 40 euros. The red lamp costs 55 euros.\n',
        'shop/bot.yaml': `polyphon: 1
name: Lamp shop
languages: { default: en, supported: [en] }
knowledge:
  facts: { use: files, with: { path: "knowledge/*.md" } }
session: { coalesce: 1ms }
guardrails: { disclosure: never }
channels:
  web: { use: web-chat }
  telegram: { use: telegram, with: { token: "\${secret:telegram}", webhookSecret: "\${secret:telegram_hook}", baseUrl: "${telegram.baseUrl}" } }
  whatsapp:
    use: whatsapp
    with:
      phoneNumberId: "${whatsapp.phoneNumberId}"
      accessToken: "\${secret:wa_token}"
      appSecret: "\${secret:wa_app}"
      verifyToken: "\${secret:wa_verify}"
      baseUrl: "${whatsapp.baseUrl}"
  sms:
    use: twilio-messaging
    with: { accountSid: "\${secret:twilio_sid}", authToken: "\${secret:twilio_token}", from: "+4930111222", baseUrl: "${twilio.baseUrl}" }
events:
  - { url: "${hook.url}", secret: "\${secret:hook}", types: [channel.session.switched, channel.session.closed] }
`,
      },
    }),
  );
}, 60_000);
afterAll(() => stack.disposeAsync());

async function claim(channel: string, address: string) {
  const chat = await openChat(deployment.url, 'shop');
  await chat.ask('What does the blue lamp cost?');
  const response = await chat.call('POST', '/switch', { body: JSON.stringify({ channel, address }) });
  return { chat, status: response.status, invitation: (await response.json()) as Record<string, string> };
}

const from = (id: number, username: string) => ({ id, is_bot: false, first_name: 'Ada', username });

async function operator<Body>(path: string): Promise<Body> {
  const response = await fetch(`${deployment.url}/v1/shop/${path}`, {
    headers: { authorization: `Bearer ${deployment.adminToken}` },
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Body;
}

interface Contact {
  readonly id: string;
  readonly identities: readonly { readonly channel: string; readonly address: string }[];
  readonly conversations?: readonly string[];
}

async function contactWith(channel: string, address: string): Promise<Contact | undefined> {
  const { contacts } = await operator<{ contacts: Contact[] }>('contacts');
  return contacts.find(({ identities }) =>
    identities.some((one) => one.channel === channel && one.address === address),
  );
}

it('goes on by text message, once the code from there is typed in the chat', async () => {
  const { chat, status, invitation } = await claim('sms', '+49 30 7781-001');
  expect(status).toBe(202);
  expect(invitation).toMatchObject({ method: 'code', channel: 'sms', expiresAt: expect.any(String) });
  const code = /\d{6}/.exec(twilio.sent.at(-1)?.body ?? '')?.[0] ?? '';
  expect(await contactWith('sms', '+49307781001')).toBeUndefined();
  const { reply } = await chat.ask(code);
  expect(reply?.text).toBe('Confirmed. We go on there.');
  await twilio.saw(2);
  expect(twilio.sent.at(-1)).toMatchObject({ to: '+49307781001', body: 'Confirmed. We go on here.' });
  expect(await (await chat.call('GET', '')).json()).toMatchObject({ state: 'closed' });
  const contact = await contactWith('sms', '+49307781001');
  expect(contact?.identities.map(({ channel }) => channel)).toEqual(['sms', 'web']);
  const one = await operator<{ contact: Contact }>(`contacts/${contact?.id}`);
  expect(one.contact.conversations).toHaveLength(2);
}, 20_000);

it('goes on in WhatsApp, once the word comes from there', async () => {
  const { invitation } = await claim('whatsapp', '+1 650 555 1234');
  expect(invitation['method']).toBe('word');
  expect(whatsapp.sent).toEqual([]);
  await whatsapp.deliver(`${deployment.url}/v1/shop/whatsapp`, {
    messages: [whatsapp.message('16505551234', invitation['word'] ?? '')],
  });
  await whatsapp.arrived(1);
  expect(whatsapp.sent.at(-1)?.text).toBe('Confirmed. We go on here.');
  await whatsapp.deliver(`${deployment.url}/v1/shop/whatsapp`, {
    messages: [whatsapp.message('16505551234', 'And the red lamp?')],
  });
  await whatsapp.arrived(2);
  expect(whatsapp.sent.at(-1)?.text).toContain('55');
  expect((await contactWith('whatsapp', '16505551234'))?.identities).toHaveLength(2);
}, 20_000);

it('goes on in Telegram, which nobody can write to first, for the person of the claimed name alone', async () => {
  const { invitation, chat } = await claim('telegram', '@ada_lovelace');
  expect(invitation['method']).toBe('word');
  const bot = telegram.bot(token);
  bot.webhook = {
    url: `${deployment.url}/v1/shop/telegram/webhook`,
    secret: webhookSecret,
  };
  const statuses = await telegram.deliver(
    bot,
    bot.update(70_012_346, {
      text: `/start ${(invitation['word'] ?? '').replace(' ', '_')}`,
      from: from(70_012_346, 'mallory'),
    }),
  );
  expect(statuses).toEqual([200]);
  await telegram.saw(1);
  expect(telegram.sent.at(-1)).toMatchObject({ chatId: 70_012_346, text: expect.stringContaining('another account') });
  await telegram.deliver(
    bot,
    bot.update(70_012_345, {
      text: `/start ${(invitation['word'] ?? '').replace(' ', '_')}`,
      from: from(70_012_345, 'Ada_Lovelace'),
    }),
  );
  await telegram.saw(2);
  expect(telegram.sent.at(-1)).toMatchObject({ chatId: 70_012_345, text: 'Confirmed. We go on here.' });
  const { messages } = (await (await chat.call('GET', '/messages')).json()) as { messages: Message[] };
  expect(messages.at(-1)?.text).toBe('Confirmed. We go on there.');
}, 20_000);

it('is told to the address that wants to know it, signed', async () => {
  const until = Date.now() + 5000;
  while (receiver.taken.length < 6 && Date.now() < until) await new Promise((resolve) => setImmediate(resolve));
  expect(receiver.forged).toBe(0);
  expect(receiver.taken.map(({ type, data }) => `${type} ${data['channel']}`)).toEqual([
    'channel.session.closed web',
    'channel.session.switched sms',
    'channel.session.closed web',
    'channel.session.switched whatsapp',
    'channel.session.closed web',
    'channel.session.switched telegram',
  ]);
});

it.each([
  ['no channel of the bot', { channel: 'fax', address: '+49301' }, 409, 'CNV5021'],
  ['the chat itself', { channel: 'web', address: '+49301' }, 409, 'CNV5021'],
  ['a number without a country', { channel: 'sms', address: '0170 1234567' }, 400, 'CNV5023'],
  ['a number that is too long', { channel: 'whatsapp', address: '+49301234567890123' }, 400, 'CNV5023'],
  ['a name where there are numbers', { channel: 'whatsapp', address: 'Ada' }, 400, 'CNV5023'],
  ['a group', { channel: 'telegram', address: '-1001234567' }, 400, 'CNV5023'],
  ['a number that the platform tells of nobody', { channel: 'telegram', address: '+49301234567' }, 400, 'CNV5023'],
  ['no address', { channel: 'sms' }, 400, 'WEB3002'],
  ['something else as well', { channel: 'sms', address: '+49301', code: '1' }, 400, 'WEB3002'],
])('refuses a claim of %s', async (_what, body, status, code) => {
  const chat = await openChat(deployment.url, 'shop');
  const response = await chat.call('POST', '/switch', { body: JSON.stringify(body) });
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const problem = (await response.json()) as { readonly detail: string };
  expect(problem).toMatchObject({ status, code });
  if (code === 'CNV5023') expect(problem.detail).toMatch(/Send .* as in /);
});

it('refuses a claim without the token of the session, and contacts without an operator token', async () => {
  const chat = await openChat(deployment.url, 'shop');
  const stranger = await chat.call('POST', '/switch', {
    body: JSON.stringify({ channel: 'sms', address: '+49301' }),
    headers: { authorization: 'Bearer x' },
  });
  expect(stranger.status).toBe(401);
  expect((await fetch(`${deployment.url}/v1/shop/contacts`)).status).toBe(401);
  const missing = await fetch(`${deployment.url}/v1/shop/contacts/con_0`, {
    headers: { authorization: `Bearer ${deployment.adminToken}` },
  });
  expect(await missing.json()).toMatchObject({ status: 404, code: 'HTP4016' });
});
