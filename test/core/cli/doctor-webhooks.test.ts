import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../core/cli/checks/finding.ts';
import { judgeWebhook, type WebhookPlace } from '../../../core/cli/checks/judge-webhook.ts';
import type { Clock } from '../../../core/contract/index.ts';
import { systemClock } from '../../../core/kernel/system.ts';
import { type FakeTelegram, startFakeTelegram } from '../../kit/index.ts';
import { type DeploymentFolder, lampShop, makeDeployment } from './deployment-folder.ts';
import type { Ran } from './recording-terminal.ts';

const token = '42:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1';
const origin = 'https://bots.example';
const ours = `${origin}/v1/lamp-shop/telegram/webhook`;

type Line = readonly [mode: 'webhook' | 'polling', at: FakeTelegram];

function shopOn(channels: Readonly<Record<string, Line>>, publicOrigin: string = origin) {
  const entries = Object.entries(channels).map(
    ([key, [mode, { baseUrl }]]) =>
      `  ${key}: { use: telegram, with: { token: "\${secret:token}", mode: ${mode}, baseUrl: "${baseUrl}" } }`,
  );
  const allowed = Object.values(channels).map(([, { host }]) => `"${host}"`);
  return makeDeployment({
    ...lampShop,
    'config/polyphon.yaml': `polyphon: 1
server: { port: 0${publicOrigin === '' ? '' : `, publicOrigin: "${publicOrigin}"`} }
http: { allowPrivate: [${allowed.join(', ')}] }
`,
    'bots/lamp-shop/bot.yaml': lampShop['bots/lamp-shop/bot.yaml'].replace(
      '  web: { use: web-chat }',
      ['  web: { use: web-chat }', ...entries].join('\n'),
    ),
    'bots/lamp-shop/.secrets.yaml': `token: "${token}"\n`,
  });
}

/** So that a busy machine makes no platform look deaf. */
const patient: Clock = { ...systemClock, deadline: (ms) => systemClock.deadline(ms * 100) };

function doctor(deployment: DeploymentFolder, ...words: readonly string[]): Promise<Ran> {
  return deployment.run(['doctor', ...words], { clock: patient });
}

function webhooksIn({ stdout }: Ran): readonly Finding[] {
  const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(stdout);
  return findings.filter(({ topic }) => topic === 'Webhook');
}

describe('polyphon doctor asks each platform for the registered address', () => {
  it('finds it here, gone, and elsewhere, with the next step, and prints no secret', async () => {
    await using telegram = await startFakeTelegram();
    await using deployment = await shopOn({ telegram: ['webhook', telegram] });
    const bot = telegram.bot(token);
    const none = await doctor(deployment);
    expect(none.code).toBe(69);
    expect(none.stdout).toContain('fail  Webhook: lamp-shop/telegram: none is registered, and the bot hears nothing');
    expect(none.stdout).toContain(
      `→ \`polyphon webhooks lamp-shop set --channel telegram --url ${origin}\` registers it.`,
    );

    bot.webhook = { url: ours, secret: 'a-word' };
    expect((await doctor(deployment)).stdout).toContain(
      `ok    Webhook: lamp-shop/telegram: registered at ${ours}; 0 updates waiting\n`,
    );

    bot.webhook = { url: `https://else.example/${token}`, secret: 'a-word' };
    const elsewhere = await doctor(deployment, '--json');
    expect(elsewhere.code).toBe(69);
    expect(webhooksIn(elsewhere)).toMatchObject([
      {
        level: 'fail',
        fact: `lamp-shop/telegram: registered at https://else.example, not at ${origin}/v1/lamp-shop/telegram; 0 updates waiting`,
        details: { tenant: 'lamp-shop', channel: 'telegram', ours: false, address: 'https://else.example', pending: 0 },
      },
    ]);
    expect(elsewhere.stdout + elsewhere.stderr + none.stdout).not.toContain('AAHdq');
  });

  it('tells of a platform that failed lately, with the age, and takes an old failure as past', async () => {
    await using telegram = await startFakeTelegram();
    await using deployment = await shopOn({ telegram: ['webhook', telegram] });
    const bot = telegram.bot(token);
    bot.webhook = { url: ours, secret: 'a-word' };
    const ageSeconds = (seconds: number) => Math.floor(systemClock.now() / 1000) - seconds;
    bot.webhookError = { message: 'Wrong response from the webhook: 502 Bad Gateway', at: ageSeconds(310) };
    const lately = await doctor(deployment, '--json');
    expect(webhooksIn(lately)).toMatchObject([
      {
        level: 'warn',
        fact: expect.stringContaining('last error 5 min ago: Wrong response from the webhook: 502 Bad Gateway'),
        next: expect.stringContaining('polyphon webhook-log lamp-shop'),
        details: { ours: true, lastError: { ageMs: expect.any(Number) } },
      },
    ]);
    bot.webhookError = { message: 'Connection timed out', at: ageSeconds(90_000) };
    expect(webhooksIn(await doctor(deployment, '--json'))).toMatchObject([
      { level: 'ok', fact: expect.stringContaining('last error 25 h ago') },
    ]);
  });

  it('knows a channel that polls: it needs none, and one that is set stops it', async () => {
    await using telegram = await startFakeTelegram();
    await using deployment = await shopOn({ telegram: ['polling', telegram] });
    const bot = telegram.bot(token);
    expect(webhooksIn(await doctor(deployment, '--json'))).toMatchObject([
      { level: 'ok', fact: expect.stringContaining('it polls and needs no webhook') },
    ]);
    bot.webhook = { url: ours, secret: 'a-word' };
    expect(webhooksIn(await doctor(deployment, '--json'))).toMatchObject([
      { level: 'fail', next: expect.stringContaining('polyphon webhooks lamp-shop delete --channel telegram') },
    ]);
  });

  it('tells what stops a channel that polls in the server that runs here, as nobody else can know', async () => {
    const problem = { code: 'TGM3202', detail: 'Another process polls.\nStop it.', since: new Date(0).toISOString() };
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(503, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await using telegram = await startFakeTelegram();
    await using deployment = await shopOn({ telegram: ['polling', telegram] });
    telegram.bot(token);
    const ran = await doctor(deployment, '--json', '--port', String(port));
    server.close();
    expect(asked).toEqual(['/ready', '/v1/lamp-shop/telegram/health']);
    expect(webhooksIn(ran)).toMatchObject([
      {
        level: 'fail',
        fact: expect.stringContaining('Another process polls. Stop it.'),
        details: { failure: { code: 'TGM3202' } },
      },
    ]);
  });

  it('gives a platform that never answers one line, and goes on with the others', async () => {
    await using deaf = await startFakeTelegram();
    await using telegram = await startFakeTelegram();
    await using deployment = await shopOn({ silent: ['webhook', deaf], telegram: ['webhook', telegram] });
    deaf.bot(token);
    telegram.bot(token).webhook = { url: ours, secret: 'a-word' };
    deaf.meet({ kind: 'silence after delivery', method: 'getWebhookInfo' });
    // The patience with the first ends when it was asked: no test waits for it.
    let asked = 0;
    const impatient = (ms: number) => {
      if (ms === 10_000) asked += 1;
      if (ms !== 10_000 || asked > 1) return patient.deadline(ms);
      const patience = new AbortController();
      void deaf.called('getWebhookInfo', 1).then(() => patience.abort());
      return { signal: patience.signal, [Symbol.dispose]: () => {} };
    };
    const ran = await deployment.run(['doctor', '--json'], { clock: { ...patient, deadline: impatient } });
    expect(ran.code).toBe(0);
    expect(webhooksIn(ran)).toMatchObject([
      {
        level: 'warn',
        fact: 'lamp-shop/silent: the platform did not answer within 10 s',
        details: { error: 'timeout' },
      },
      { level: 'ok', fact: expect.stringContaining(`registered at ${ours}`) },
    ]);
  });

  it('fails where the address of a platform may not be called, which no waiting changes', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'config/polyphon.yaml': `polyphon: 1\nserver: { port: 0, publicOrigin: "${origin}" }\n`,
      'bots/lamp-shop/bot.yaml': lampShop['bots/lamp-shop/bot.yaml'].replace(
        '  web: { use: web-chat }',
        `  sms:
    use: twilio-messaging
    with: { accountSid: "\${secret:sid}", authToken: "\${secret:token}", from: "+4930111222", baseUrl: "http://10.1.2.3:4" }`,
      ),
      'bots/lamp-shop/.secrets.yaml': `sid: AC${'0'.repeat(32)}\ntoken: a-token-that-only-twilio-and-we-know\n`,
    });
    const ran = await doctor(deployment, '--json');
    expect(ran.code).toBe(69);
    expect(webhooksIn(ran)).toMatchObject([
      {
        level: 'fail',
        fact: expect.stringContaining('add 10.1.2.3:4 to http.allowPrivate'),
        details: { error: 'NET6001' },
      },
    ]);
  });

  it('fails where the platform refuses the token, and only warns where it is down', async () => {
    await using telegram = await startFakeTelegram();
    await using deployment = await shopOn({ telegram: ['webhook', telegram] });
    telegram.bot(token);
    telegram.meet({ kind: 'refuse', status: 401, description: 'Unauthorized', method: 'getWebhookInfo' });
    const refused = await doctor(deployment, '--json');
    expect(webhooksIn(refused)).toMatchObject([
      { level: 'fail', fact: expect.stringContaining('refused the token'), details: { error: 'TGM3201' } },
    ]);
    telegram.meet({ kind: 'refuse', status: 502, description: 'Bad Gateway', method: 'getWebhookInfo' });
    const down = await doctor(deployment, '--json');
    expect(down.code).toBe(0);
    expect(webhooksIn(down)).toMatchObject([{ level: 'warn', details: { error: 'TGM3206' } }]);
  });

  it('asks for the public origin where it cannot compare', async () => {
    await using telegram = await startFakeTelegram();
    await using deployment = await shopOn({ telegram: ['webhook', telegram] }, '');
    telegram.bot(token).webhook = { url: ours, secret: 'a-word' };
    expect(webhooksIn(await doctor(deployment, '--json'))).toMatchObject([
      { level: 'warn', next: expect.stringContaining('server.publicOrigin'), details: { ours: null } },
    ]);
  });
});

describe('what doctor makes of a registered address', () => {
  const place: WebhookPlace = {
    tenant: 'acme',
    channel: 'wa',
    publicOrigin: `${origin}/`,
    intake: 'is-called',
    now: 0,
  };
  it.each([
    ['https://bots.example/v1/acme/wa/webhook', 'ok'],
    ['https://BOTS.example:443/v1/acme/wa/webhook?x=1', 'ok'],
    ['https://bots.example/v1/acme/wa2/webhook', 'fail'],
    ['http://bots.example/v1/acme/wa/webhook', 'fail'],
    ['https://bots.example.evil.example/v1/acme/wa/webhook', 'fail'],
    ['not an address', 'fail'],
  ])('%s: %s', (url, level) => {
    expect(judgeWebhook({ url, notes: [] }, place).level).toBe(level);
  });

  it('accuses nobody where the platform does not tell, and says what must be there', () => {
    const found = judgeWebhook({ url: undefined, asked: 'in-vain', notes: ['Look in the dashboard.'] }, place);
    expect(found).toMatchObject({ level: 'ok', details: { notes: ['Look in the dashboard.'] } });
    expect(found.fact).toContain('https://bots.example/v1/acme/wa');
  });

  it('warns of what keeps messages away although the address is right', () => {
    const url = 'https://bots.example/v1/acme/wa/webhook';
    const found = judgeWebhook({ url, problems: ['Not asked for: callback_query. Set it again.'], notes: [] }, place);
    expect(found).toMatchObject({ level: 'warn', next: expect.stringContaining('polyphon webhooks acme set') });
  });
});
