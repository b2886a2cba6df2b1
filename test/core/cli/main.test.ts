import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeOpenai } from '../../kit/fake-openai.ts';
import { openChat } from '../../whole/chat-client.ts';
import { makeDeployment } from './deployment-folder.ts';
import { repository } from './recording-terminal.ts';

const main = join(repository, 'core/main.ts');

/** Runs `polyphon`, or another command. */
function start(
  words: readonly string[],
  options: { readonly command?: string; readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
) {
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...env } = process.env;
  const [command, before] = options.command === undefined ? [process.execPath, [main]] : [options.command, []];
  const child = spawn(command, [...before, ...words], {
    cwd: options.cwd ?? repository,
    env: { ...env, ...options.env },
    detached: true,
  });
  // The whole group: what npm began would outlive it.
  onTestFinished(() => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  return {
    child,
    written,
    ended: once(child, 'close').then(([code]) => ({ code: code as number, ...written })),
    until: async (text: string, where: 'stdout' | 'stderr' = 'stdout') => {
      while (!written[where].includes(text)) await once(child[where], 'data');
    },
  };
}

describe('the polyphon process', () => {
  it('gives the exit code of the command, and keeps data and errors apart', async () => {
    expect(await start(['--version']).ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
    expect(await start(['serch']).ended).toMatchObject({
      code: 64,
      stdout: '',
      stderr: expect.stringContaining('error CLI9001'),
    });
  });

  it('colours where it is told to, and never against NO_COLOR', async () => {
    const colored = await start(['serch'], { env: { FORCE_COLOR: '1' } }).ended;
    expect(colored.stderr).toContain('\u001b[');
    const plain = await start(['serch'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }).ended;
    expect(plain.stderr).not.toContain('\u001b[');
  });

  it('gives the whole of a long output to a reader that is slow', async () => {
    // In a pipe of the shell, which holds 64 kB: what `spawn` makes is a socket.
    const command = `"${process.execPath}" "${main}" schema | (sleep 2; cat)`;
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd: repository, maxBuffer: 10_000_000 });
    expect(stdout.length).toBeGreaterThan(100_000);
    expect(JSON.parse(stdout)).toHaveProperty('properties');
  });

  it('is not troubled by a reader that has seen enough', async () => {
    const { child, ended } = start(['--help']);
    child.stdout.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    [
      ['new', 'acme'],
      ['bots/acme/bot.yaml', 'bots/acme/tests/first.yaml', 'schemas/test.schema.json', '.gitignore'],
    ],
    [
      ['plugin', 'new', 'tool', 'weather'],
      ['polyphon-tool-weather/package.json', 'polyphon-tool-weather/README.md'],
    ],
  ])('has made all of its files before a reader of the first line can end it: %j', async (words, files) => {
    await using deployment = await makeDeployment({});
    const { child, ended } = start(words, { cwd: deployment.path });
    child.stdout.destroy();
    await ended;
    for (const file of files) expect(existsSync(join(deployment.path, file)), file).toBe(true);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends a server in good order at %s, also when the signal comes twice at once',
    async (signal) => {
      await using deployment = await makeDeployment({ 'bots/_templates/a.yaml': 'polyphon: 1\n' });
      const { child, until, ended } = start(['dev', '--port', '0'], { cwd: deployment.path });
      await until('Ctrl-C ends');
      child.kill(signal);
      child.kill(signal);
      expect(await ended).toMatchObject({ code: 0, stderr: expect.stringContaining('Stopping') });
    },
  );

  it('finishes the answer that has begun when the terminal is closed, and what reads the log goes with it', async () => {
    let hangUp = () => {};
    await using model = await startFakeOpenai({
      otherwise: () => {
        hangUp();
        return { kind: 'text', text: 'Good, and you?' };
      },
    });
    await using deployment = await makeDeployment({
      'config/polyphon.yaml': `polyphon: 1\nhttp: { allowPrivate: ["${new URL(model.baseUrl).host}"] }\n`,
      'bots/lamp-shop/bot.yaml': `polyphon: 1
name: The lamp shop
llm: { use: openai, with: { model: small, apiKey: "\${secret:key}", baseUrl: "${model.baseUrl}" } }
channels: { web: { use: web-chat } }
`,
      'bots/lamp-shop/.secrets.yaml': 'key: sk-test\n',
    });
    const { child, until, written, ended } = start(['start', '--port', '0'], { cwd: deployment.path });
    await until('polyphon is ready', 'stderr');
    const [, url = ''] = /"url":"([^"]+)"/.exec(written.stderr) ?? [];
    const chat = await openChat(url, 'lamp-shop');
    hangUp = () => {
      child.stdout.destroy();
      child.stderr.destroy();
      // The shell says it, and so does the kernel.
      child.kill('SIGHUP');
      child.kill('SIGHUP');
    };
    expect(await chat.ask('How are you?')).toMatchObject({
      status: 200,
      reply: { text: expect.stringContaining('Good, and you?') },
    });
    expect((await ended).code).toBe(0);
  });

  it.each([
    ['npm start', ['start']],
    ['npx', ['exec', '--', 'polyphon', 'dev', '--port', '0']],
  ])('ends a server in good order when SIGTERM reaches %s alone', async (_, words) => {
    const { scripts } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
      scripts: { start: string };
    };
    await using deployment = await makeDeployment({
      'bots/_templates/a.yaml': 'polyphon: 1\n',
      'package.json': JSON.stringify({
        scripts: { start: `${scripts.start.replace('dist/core/main.js', `"${main}"`)} --port 0` },
      }),
      'node_modules/.bin/polyphon': `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`,
    });
    await chmod(join(deployment.path, 'node_modules/.bin/polyphon'), 0o755);
    const { child, until, written, ended } = start(words, { command: 'npm', cwd: deployment.path });
    await until('Ctrl-C ends');
    const [, address] = /(http:\/\/localhost:\d+)/.exec(written.stdout) ?? [];
    child.kill('SIGTERM');
    expect((await ended).stderr).toContain('Stopping');
    await expect(fetch(`${address}/live`)).rejects.toThrow();
  });

  it('says where an unexpected error comes from only when asked', async () => {
    await using deployment = await makeDeployment();
    const quiet = await start(['validate'], { cwd: deployment.path }).ended;
    expect(quiet.stderr.trim().split('\n')).toHaveLength(1);
    const verbose = await start(['validate', '--verbose'], { cwd: deployment.path }).ended;
    expect(verbose.stderr).toContain('deployment.ts');
  });
});
