import { once } from 'node:events';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeMailServer } from '../../kit/fake-mail-server.ts';
import { type DeploymentFolder, lampShop, makeDeployment } from './deployment-folder.ts';

/** A server command that runs until `stop`; `until` waits for what it writes. */
function serve(
  deployment: DeploymentFolder,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  const stopping = new AbortController();
  let written = { stdout: '', stderr: '' };
  let waiting: (() => void)[] = [];
  const ran = deployment.run(words, {
    env: environment,
    signal: stopping.signal,
    onWrite: (all) => {
      written = { ...all };
      for (const look of waiting) look();
    },
  });
  return {
    get written() {
      return written;
    },
    until: (pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout') =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(written[stream]);
          if (found === null) return;
          waiting = waiting.filter((other) => other !== look);
          resolve(found);
        };
        waiting.push(look);
        look();
        ran.then(
          ({ code }) => reject(new Error(`ended with ${code} before ${pattern}:\n${written.stdout}${written.stderr}`)),
          reject,
        );
      }),
    stop: () => {
      stopping.abort(new DOMException('Stopped by SIGINT.', 'AbortError'));
      return ran;
    },
  };
}

describe('polyphon dev', () => {
  it('prints the bots, where to talk to them, and a question; serves until Ctrl-C', async () => {
    await using deployment = await makeDeployment(lampShop);
    const dev = serve(deployment, ['dev', '--port', '0']);
    await dev.until(/Ctrl-C ends/);
    const { stdout } = dev.written;
    expect(stdout).toMatch(/Polyphon \d+\.\d+\.\d+ {2}1 bot up in/);
    expect(stdout).toMatch(/lamp-shop {2}en +offline +web +[1-9]\d* {2}serving [0-9a-f]{7}/);
    const [, url = ''] = /(http:\/\/localhost:\d+)\/play\/lamp-shop {2}What does a repair cost\?/.exec(stdout) ?? [];
    const health = await fetch(`${url}/health`);
    expect(await health.json()).toMatchObject({ status: 'ok' });
    const { code, stderr } = await dev.stop();
    expect(code).toBe(0);
    expect(stderr).toContain('Stopping: finishing the answers that have begun.');
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  it('says when two bots have the same account of a platform, at once and after a save, once', async () => {
    const bot = 'polyphon: 1\nname: X\nchannels: { chat: { use: telegram, with: { token: "${secret:token}" } } }\n';
    const mine = 'token: "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"\n';
    const other = 'token: "654321:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"\n';
    await using deployment = await makeDeployment({
      ...{ 'bots/a/bot.yaml': bot, 'bots/a/.secrets.yaml': mine },
      ...{ 'bots/b/bot.yaml': bot, 'bots/b/.secrets.yaml': mine },
    });
    const started = serve(deployment, ['start', '--port', '0']);
    await started.until(/"tenant":"b","diagnostic":\{"severity":"warning","code":"BOT1046"/, 'stderr');
    await started.stop();
    const dev = serve(deployment, ['dev', '--port', '0']);
    await dev.until(/Ctrl-C ends/);
    await dev.until(/BOT1046[\s\S]*BOT1046/, 'stderr');
    await deployment.write({ 'bots/b/.secrets.yaml': other });
    await dev.until(/b reloaded/, 'stderr');
    await deployment.write({ 'bots/c/.secrets.yaml': other, 'bots/c/bot.yaml': bot });
    await dev.until(/c added/, 'stderr');
    await dev.until(/channel chat of c has the same `token` as channel chat of b/, 'stderr');
    const { stderr } = await dev.stop();
    expect(stderr.match(/channel chat of a has the same `token`/g)).toHaveLength(1);
    expect(stderr).not.toContain('AAAAAAAA');
  }, 30_000);

  it('says at once which documents could not be read, and tells a mistake in a template once', async () => {
    const child = 'polyphon: 1\nname: X\nextends: [_templates/base]\n';
    await using deployment = await makeDeployment({
      ...lampShop,
      'bots/lamp-shop/knowledge/broken.md': '',
      'bots/_templates/base.yaml': 'polyphon: 1\nsesion: {}\n',
      'bots/x/bot.yaml': child,
      'bots/y/bot.yaml': child,
    });
    const dev = serve(deployment, ['dev', '--port', '0']);
    await dev.until(/Ctrl-C ends/);
    expect(dev.written.stderr).toContain('! lamp-shop: 1 document could not be read; why stands above\n');
    expect(dev.written.stderr.match(/knowledge\/broken\.md/g)).toHaveLength(1);
    expect(dev.written.stderr.match(/KNW8007/g)?.length).toBeGreaterThan(0);
    expect(dev.written.stderr.match(/unknown key "sesion"/g)).toHaveLength(1);

    await deployment.write({ 'bots/_templates/base.yaml': 'polyphon: 1\nsesions: {}\n' });
    await dev.until(/✗ x not reloaded[\s\S]*✗ y not reloaded|✗ y not reloaded[\s\S]*✗ x not reloaded/, 'stderr');
    expect(dev.written.stderr.match(/unknown key "sesions"/g)).toHaveLength(1);
    await dev.stop();

    const again = serve(deployment, ['dev', '--port', '0']);
    await again.until(/Ctrl-C ends/);
    expect(again.written.stderr).toMatch(
      /! lamp-shop: 1 document could not be read\n {4}shop: knowledge\/broken\.md {2}KNW8007/,
    );
    expect(again.written.stderr.match(/knowledge\/broken\.md/g)).toHaveLength(1);
    await again.stop();
  });

  it('follows the files: changes, mistakes, corrections, documents, new bots, and bots that go', async () => {
    await using deployment = await makeDeployment(lampShop);
    const file = join(deployment.path, 'bots/lamp-shop/bot.yaml');
    const text = lampShop['bots/lamp-shop/bot.yaml'];
    const dev = serve(deployment, ['dev', '--port', '0']);
    await dev.until(/Ctrl-C ends/);

    await writeFile(file, text.replace('name: The lamp shop', 'name: The lamp house'));
    await dev.until(/✓ lamp-shop reloaded in \d+ ms: name\.en The lamp shop -> The lamp house\n/, 'stderr');
    await writeFile(file, text.replace('channels:', 'chanels:'));
    await dev.until(
      /BOT1004[\s\S]*lamp-shop\/bot\.yaml:\d+:1[\s\S]*✗ lamp-shop not reloaded: 1 error; still serving revision [0-9a-f]{7}\n/,
      'stderr',
    );
    await writeFile(file, text.replace('name: The lamp shop', 'name: The lamp house'));
    await dev.until(/✓ lamp-shop is in order again/, 'stderr');
    await appendFile(
      join(deployment.path, 'bots/lamp-shop/knowledge/shop.md'),
      '\n# Gifts\n\nWe wrap gifts for free.\n',
    );
    await dev.until(/✓ lamp-shop read its documents again in .*changed: 1/, 'stderr');
    await deployment.write({ 'bots/lamp-shop/knowledge/broken.md': '' });
    await dev.until(/✓ lamp-shop read its documents again in .*could not be read: 1/, 'stderr');
    expect(dev.written.stderr.match(/broken\.md/g)).toHaveLength(1);
    await deployment.write({
      'bots/second/bot.yaml':
        'polyphon: 1\nname: Second\nlanguages: { default: en }\nchannels: { web: { use: web-chat } }\n',
    });
    await dev.until(/\+ second added/, 'stderr');
    await rm(join(deployment.path, 'bots/second'), { recursive: true });
    await dev.until(/- second removed/, 'stderr');
    expect((await dev.stop()).code).toBe(0);
  });

  it('serves the good bots and shows what is wrong with another', async () => {
    await using deployment = await makeDeployment({ ...lampShop, 'bots/bad/bot.yaml': 'polyphon: 1\nnme: Bad\n' });
    const dev = serve(deployment, ['dev', '--port', '0']);
    await dev.until(/Ctrl-C ends/);
    expect(dev.written.stdout).toMatch(/bad .*not serving/);
    expect(dev.written.stdout).toMatch(/lamp-shop .*serving/);
    expect(dev.written.stderr).toContain('bots/bad/bot.yaml:2:1');
    expect(dev.written.stderr).toContain('1 bot not serving; the others are.');
    await dev.stop();
  });

  it('takes the next free port, and says so', async () => {
    await using deployment = await makeDeployment(lampShop);
    await using taken = await takePort();
    const dev = serve(deployment, ['dev', '--port', String(taken.port)]);
    await dev.until(/Ctrl-C ends/);
    expect(dev.written.stderr).toMatch(new RegExp(`Port ${taken.port} is in use; serving on \\d+\\.`));
    await dev.stop();
  });

  it('keeps one line a bot, however many channels it has', async () => {
    const keys = Array.from({ length: 60 }, (_, i) => `web${i + 1}`);
    const channels = keys.map((key) => `  ${key}: { use: web-chat }\n`).join('');
    await using deployment = await makeDeployment({
      'bots/many/bot.yaml': `polyphon: 1\nname: Many\nlanguages: { default: ru, supported: [ru, he] }\nchannels:\n${channels}`,
    });
    const dev = serve(deployment, ['dev', '--port', '0']);
    await dev.until(/Ctrl-C ends/);
    expect(dev.written.stdout).toMatch(/many +ru he +offline +web1 web2 web3 web4 web5 \+55 +0 +serving/);
    await dev.stop();
  });

  it('invites to make a bot where there is none', async () => {
    await using deployment = await makeDeployment({ 'bots/_templates/a.yaml': 'polyphon: 1\n' });
    const dev = serve(deployment, ['dev', '--port', '0']);
    await dev.until(/There is no bot yet\. `polyphon new my-bot` makes one/);
    await dev.stop();
  });
});

describe('polyphon start', () => {
  it('logs JSON on stderr, keeps stdout empty, and has no playground', async () => {
    await using deployment = await makeDeployment(lampShop);
    const start = serve(deployment, ['start', '--port', '0']);
    const [line] = await start.until(/\{.*polyphon is ready.*\}/, 'stderr');
    const { url, serving, failed } = JSON.parse(line);
    expect({ serving, failed }).toEqual({ serving: 1, failed: 0 });
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    expect((await fetch(`${url}/play/lamp-shop`)).status).toBe(404);
    const { code, stdout } = await start.stop();
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  it('warns of an operator token that can be guessed', async () => {
    await using deployment = await makeDeployment(lampShop);
    const short = serve(deployment, ['start', '--port', '0'], { POLYPHON_ADMIN_TOKEN: 'q7w8e9' });
    await short.until(/polyphon is ready/, 'stderr');
    const { stderr } = await short.stop();
    expect(stderr).toContain('an operator token is shorter than 16 characters');
    expect(stderr).not.toContain('q7w8e9');
    const long = serve(deployment, ['start', '--port', '0'], { POLYPHON_ADMIN_TOKEN: 'a-long-enough-token-4711' });
    await long.until(/polyphon is ready/, 'stderr');
    expect((await long.stop()).stderr).not.toContain('16 characters');
  });

  it('does not serve from a data folder that another process serves, until that one has ended', async () => {
    await using deployment = await makeDeployment(lampShop);
    const first = serve(deployment, ['start', '--port', '0']);
    await first.until(/polyphon is ready/, 'stderr');
    for (const command of ['start', 'dev']) {
      const { code, stderr } = await deployment.run([command, '--port', '0']);
      expect(code).toBe(69);
      expect(stderr).toContain(`error CLI9003  Another Polyphon is serving from ${join(deployment.path, 'data')}.`);
    }
    expect((await deployment.run(['chat', 'lamp-shop', '--once', 'What does a repair cost?'])).stdout).toContain('25');
    await first.stop();
    const second = serve(deployment, ['start', '--port', '0']);
    await second.until(/polyphon is ready/, 'stderr');
    await second.stop();
  });

  it('says that its data folder cannot be made', async () => {
    await using deployment = await makeDeployment({ ...lampShop, data: 'a file' });
    const { code, stderr } = await deployment.run(['start', '--port', '0']);
    expect(code).toBe(69);
    expect(stderr).toMatch(/error STO7001 {2}Data folder .*data: it cannot be made or written \(EEXIST\)\./);
  });

  it('ends with 69 and the next step when its port is taken', async () => {
    await using deployment = await makeDeployment(lampShop);
    await using taken = await takePort();
    const { code, stderr } = await deployment.run(['start', '--port', String(taken.port)]);
    expect(code).toBe(69);
    expect(stderr).toContain(
      `error CLI9003  Port ${taken.port} is in use. Stop what listens there, or choose another with --port.`,
    );
  });
});

async function takePort(): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

it('sends the letter that a bot asks for through the mail server of the settings', async () => {
  const login = { user: 'bots', password: 'a-password-of-the-server' };
  await using mail = await createFakeMailServer({ login });
  await using deployment = await makeDeployment({
    ...lampShop,
    'config/polyphon.yaml': 'polyphon: 1\nmail: { smtp: "${env:SMTP_URL}", from: "Bots <bots@example.org>" }\n',
    'bots/lamp-shop/bot.yaml': `${lampShop['bots/lamp-shop/bot.yaml']}handoff: { inbox: desk, notify: ["mailto:desk@example.org"] }\n`,
  });
  const environment = { SMTP_URL: `smtp://bots:${login.password}@127.0.0.1:${mail.port}` };
  const dev = serve(deployment, ['dev', '--port', '0'], environment);
  const [, url = ''] = await dev.until(/(http:\/\/localhost:\d+)\/play\/lamp-shop/);
  const chat = `${url}/v1/lamp-shop/web/sessions`;
  const post = (address: string, body: object, token?: string) =>
    fetch(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
  const { session, token } = (await (await post(chat, {})).json()) as { session: string; token: string };
  await post(`${chat}/${session}/messages?wait=true`, { id: 'm1', text: 'I want to speak to a human' }, token);
  await expect.poll(() => mail.taken.length, { timeout: 30_000 }).toBe(1);
  expect(mail.taken[0]).toMatchObject({ user: 'bots', to: ['desk@example.org'] });
  expect(mail.taken[0]?.text).toContain('Inbox: desk');
  const { stdout, stderr } = await dev.stop();
  expect(stdout + stderr).not.toContain(login.password);
});
