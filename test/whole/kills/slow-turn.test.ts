import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { type DeploymentFolder, makeDeployment } from '../../core/cli/deployment-folder.ts';
import { type FakeOpenaiReply, startFakeOpenai, startFakeTelegram } from '../../kit/index.ts';
import { openChat } from '../chat-client.ts';

const main = fileURLToPath(new URL('../../../dist/core/main.js', import.meta.url));
const token = '42:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1';

/** The built server, ready; `end` asks it to stop, and gives its exit code. */
async function start(deployment: DeploymentFolder) {
  const child = spawn(process.execPath, [main, 'start', '--port', '0'], { cwd: deployment.path });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  while (!log.includes('polyphon is ready')) await once(child.stderr, 'data');
  return {
    url: /"url":"([^"]+)"/.exec(log)?.[1] ?? '',
    end: async () => {
      child.kill('SIGTERM');
      return (await exited)[0];
    },
  };
}

it('leaves a turn that outlasts the end to the next start, tells who waits, and answers once', async () => {
  // Nothing comes until whoever asks has left.
  let reply: FakeOpenaiReply = { kind: 'text', text: 'Never heard.', stallAfterEvents: 0 };
  await using model = await startFakeOpenai({ otherwise: () => reply });
  await using telegram = await startFakeTelegram();
  const bot = telegram.bot(token, 'lamp_bot');
  const hosts = [new URL(model.baseUrl).host, telegram.host];
  await using deployment = await makeDeployment({
    'config/polyphon.yaml': `polyphon: 1\nhttp: { allowPrivate: ["${hosts.join('", "')}"] }\n`,
    'bots/lamp-shop/bot.yaml': `polyphon: 1
name: The lamp shop
languages: { default: en }
llm:
  use: openai
  with: { model: small, apiKey: "\${secret:key}", baseUrl: "${model.baseUrl}" }
  deadline: { firstToken: 50s, total: 55s }
guardrails: { disclosure: never }
channels:
  web: { use: web-chat }
  tg: { use: telegram, with: { token: "\${secret:token}", webhookSecret: "\${secret:hook}", baseUrl: "${telegram.baseUrl}" } }
`,
    'bots/lamp-shop/.secrets.yaml': `key: sk-test\ntoken: "${token}"\nhook: a-word\n`,
  });
  const first = await start(deployment);
  bot.webhook = { url: `${first.url}/v1/lamp-shop/tg/webhook`, secret: 'a-word' };
  expect(await telegram.deliver(bot, bot.update(4711, { text: 'What does it cost?' }))).toEqual([200]);
  const chat = await openChat(first.url, 'lamp-shop');
  const waiting = chat.call('POST', '/messages?wait=true', { body: JSON.stringify({ id: 'one', text: 'And here?' }) });
  await model.arrived(2);

  const [code, answer] = await Promise.all([first.end(), waiting]);
  expect(code).toBe(0);
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'HTP4008' }]);
  expect(telegram.sent).toEqual([]);

  reply = { kind: 'text', text: 'Ten euros.' };
  const second = await start(deployment);
  await telegram.saw(2);
  const headers = { authorization: `Bearer ${chat.token}`, 'content-type': 'application/json' };
  const again = await fetch(`${second.url}/v1/lamp-shop/web/sessions/${chat.session}/messages?wait=true`, {
    ...{ method: 'POST', headers, body: JSON.stringify({ id: 'one', text: 'And here?' }) },
  });
  expect([again.status, await again.json()]).toMatchObject([200, { reply: { text: 'Ten euros.' } }]);
  expect(await second.end()).toBe(0);
  expect(telegram.sent.map(({ text }) => text)).toEqual([expect.stringContaining('Hello'), 'Ten euros.']);
  expect(model.requests).toHaveLength(4);
});
