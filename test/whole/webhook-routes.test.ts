import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, deploy } from './deployment.ts';

type Operation = { readonly responses: Readonly<Record<string, unknown>>; readonly security: readonly object[] };
let deployment: Deployment;
let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
let schemes: Readonly<Record<string, { readonly name: string }>>;

const telegramSecret = 'webhook-secret-of-the-tests';
const appSecret = 'app-secret-of-the-tests';
const signed = (body: string) => `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;

beforeAll(async () => {
  deployment = await deploy({
    files: {
      'acme/bot.yaml': `polyphon: 1
name: Lamps
languages: { default: en }
prompts: { greeting: Hello., unknown: I do not know. }
knowledge: {}
channels:
  tg: { use: telegram, with: { token: "\${secret:token}", webhookSecret: "\${secret:hook}" } }
  wa:
    use: whatsapp
    with:
      phoneNumberId: "106540352242922"
      accessToken: "\${secret:access}"
      appSecret: "\${secret:app}"
      verifyToken: "\${secret:verify}"
  sms: { use: twilio-messaging, with: { accountSid: "\${secret:sid}", authToken: "\${secret:auth}", from: "+15005550006" } }
`,
      'acme/.secrets.yaml': `token: "42:token-of-the-tests-that-is-long-enough"
hook: ${telegramSecret}
access: access-token-of-the-tests
app: ${appSecret}
verify: verify-token-of-the-tests
sid: AC${'a'.repeat(32)}
auth: ${'b'.repeat(32)}
`,
    },
  });
  const document = (await (await fetch(`${deployment.url}/openapi.json`)).json()) as {
    paths: typeof paths;
    components: { securitySchemes: typeof schemes };
  };
  paths = document.paths;
  schemes = document.components.securitySchemes;
});
afterAll(() => deployment[Symbol.asyncDispose]());

const webhook = '/v1/{tenant}/{channel}/webhook';
const status = '/v1/{tenant}/{channel}/status';
const post = (body: string, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  body,
  headers,
});
const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const secret = { 'x-telegram-bot-api-secret-token': telegramSecret };

describe('the webhooks in /openapi.json', () => {
  it.each<[string, string, string, RequestInit, number]>([
    ['an update of Telegram', webhook, 'acme/tg', post('{"update_id":1}', { ...json, ...secret }), 200],
    ['no update', webhook, 'acme/tg', post('[', { ...json, ...secret }), 400],
    ['a wrong secret', webhook, 'acme/tg', post('{"update_id":1}', json), 401],
    ['more than 1 MB', webhook, 'acme/tg', post('x'.repeat(1_100_000), { ...json, ...secret }), 413],
    ['an unknown tenant', webhook, 'nobody/tg', post('{}', json), 404],
    ['Telegram asked by GET', webhook, 'acme/tg', {}, 405],
    [
      'a signed notification of Meta',
      webhook,
      'acme/wa',
      post('{}', { ...json, 'x-hub-signature-256': signed('{}') }),
      200,
    ],
    ['a wrong signature of Meta', webhook, 'acme/wa', post('{}', { ...json, 'x-hub-signature-256': 'sha256=0' }), 401],
    ['more than Meta sends', webhook, 'acme/wa', post('x'.repeat(3_200_000), json), 413],
    ['Meta verifying with a wrong token', webhook, 'acme/wa', {}, 403],
    ['a wrong signature of Twilio', webhook, 'acme/sms', post('Body=Hi', { ...form, 'x-twilio-signature': 'no' }), 401],
    ['a status that is not signed', status, 'acme/sms', post('MessageStatus=sent', form), 401],
    ['a status at a channel without', status, 'acme/wa', post('MessageStatus=sent', form), 404],
    ['a status asked by GET', status, 'acme/sms', {}, 405],
  ])('list how %s is answered', async (_, path, place, request, expected) => {
    const address = path.replace('{tenant}/{channel}', place);
    const query = request.method === undefined ? '?hub.mode=subscribe&hub.verify_token=x&hub.challenge=1' : '';
    const response = await fetch(`${deployment.url}${address}${query}`, request);
    expect(response.status).toBe(expected);
    const operation = paths[path]?.[request.method === 'POST' ? 'post' : 'get'];
    // A method that an address does not have is not in the document either.
    if (path === webhook || request.method === 'POST') {
      expect(Object.keys(operation?.responses ?? {})).toContain(String(expected));
    } else expect(operation).toBeUndefined();
    if (expected >= 400) expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  it('give Meta its challenge as text', async () => {
    const query = 'hub.mode=subscribe&hub.verify_token=verify-token-of-the-tests&hub.challenge=1158201444';
    const response = await fetch(`${deployment.url}/v1/acme/wa/webhook?${query}`);
    expect([response.status, await response.text()]).toEqual([200, '1158201444']);
    expect(paths[webhook]?.['get']?.responses['200']).toMatchObject({ content: { 'text/plain': {} } });
  });

  it('name the header each platform signs with', () => {
    const named = (paths[webhook]?.['post']?.security ?? []).flatMap((scheme) => Object.keys(scheme));
    expect(named.map((name) => schemes[name]?.name)).toEqual([
      'X-Telegram-Bot-Api-Secret-Token',
      'X-Hub-Signature-256',
      'X-Twilio-Signature',
    ]);
  });
});
