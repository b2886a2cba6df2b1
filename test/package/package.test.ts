import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const execute = promisify(execFile);
const repository = fileURLToPath(new URL('../../', import.meta.url));
const secret = 'a-secret-that-both-sides-know';
const sign = (body: string) => createHmac('sha256', secret).update(body).digest('hex');

let project = '';
let packed: readonly string[] = [];
const binary = () => join(project, 'node_modules/polyphon/dist/core/main.js');
const polyphon = (...command: string[]) => execute(process.execPath, [binary(), ...command], { cwd: project });

/** What an agency does: install both packages, write a bot, list the plugin. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'polyphon-package-'));
  const pack = async (folder: string) => {
    const { stdout } = await execute('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], {
      cwd: folder,
    });
    return (JSON.parse(stdout) as { filename: string; files: { path: string }[] }[])[0];
  };
  const own = await pack(repository);
  const plugin = await pack(join(repository, 'test/package/signed-webhook'));
  packed = own?.files.map((file) => file.path) ?? [];
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'agency', private: true, type: 'module' }));
  await execute(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${own?.filename}`, `./${plugin?.filename}`],
    {
      cwd: project,
    },
  );
});
afterAll(() => rm(project, { recursive: true, force: true }));

describe('the packed package', () => {
  it('holds the built product, its schemas and templates, and nothing of the tests', () => {
    for (const path of [
      'dist/core/main.js',
      'dist/core/contract/index.d.ts',
      'schemas/bot.schema.json',
      'bots/_templates/base.yaml',
      'LICENSE',
      'README.md',
    ]) {
      expect(packed).toContain(path);
    }
    const pages = /(^|\/)README\.md$|^core\/ERRORS\.md$|^plugins\/channels\/web-chat\/playground\.png$/;
    const code = packed.filter((path) => !pages.test(path));
    expect(
      code.filter((path) => /fixtures|\.test\.|^test\/|^core\/|^plugins\/|bots\/(?!_templates)/.test(path)),
    ).toEqual([]);
  });

  it('holds every page that its README leads to, and those that errors name', async () => {
    const readme = await readFile(join(project, 'node_modules/polyphon/README.md'), 'utf8');
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(8);
    expect([...links, 'core/ERRORS.md', 'plugins/README.md'].filter((path) => !packed.includes(path))).toEqual([]);
  });

  it('holds every page that the guide for plugins leads to', async () => {
    const guide = await readFile(join(project, 'node_modules/polyphon/plugins/README.md'), 'utf8');
    const links = [...guide.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => join('plugins', path));
    expect(links.filter((path) => !packed.includes(path))).toEqual([]);
  });

  it('serves a bot made by `polyphon new`, with an outside plugin found by its name', async () => {
    await polyphon('new', 'acme');
    await mkdir(join(project, 'config'), { recursive: true });
    const replies: { body: string; signature: string }[] = [];
    const crm = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += part));
      request.on('end', () => {
        replies.push({ body, signature: String(request.headers['x-signature']) });
        response.end();
      });
    });
    await new Promise<void>((resolve) => crm.listen(0, '127.0.0.1', resolve));
    const { port } = crm.address() as AddressInfo;
    await writeFile(
      join(project, 'config/polyphon.yaml'),
      `polyphon: 1\nplugins: [polyphon-channel-signed-webhook]\nhttp: { allowPrivate: ["127.0.0.1:${port}"] }\n`,
    );
    await writeFile(join(project, 'bots/acme/.secrets.yaml'), `crm: ${secret}\n`);
    const botFile = join(project, 'bots/acme/bot.yaml');
    const bot = await readFile(botFile, 'utf8');
    await writeFile(
      botFile,
      bot.replace(
        /^channels:\n/m,
        `channels:\n  crm:\n    use: signed-webhook\n    with: { secret: "\${secret:crm}", replyUrl: "http://127.0.0.1:${port}/replies" }\n`,
      ),
    );
    expect((await polyphon('validate')).stdout).not.toContain('error');

    const server = spawn(process.execPath, [binary(), 'start', '--port', '0'], { cwd: project });
    try {
      const url = await printedUrl(server);
      const body = JSON.stringify({ id: 'm-1', from: 'person-1', text: 'Hello' });
      const post = (signature: string, sent = body) =>
        fetch(`${url}/v1/acme/crm/webhook`, { method: 'POST', body: sent, headers: { 'x-signature': signature } });
      expect((await post(sign('something else'))).status).toBe(401);
      for (const nonsense of ['no JSON', 'null', '{"id":1}']) {
        expect((await post(sign(nonsense), nonsense)).status).toBe(400);
      }
      expect((await post(sign(body))).status).toBe(204);
      expect((await post(sign(body))).status).toBe(204);
      for (let waited = 0; waited < 10_000 && replies.length === 0; waited += 50)
        await new Promise((resolve) => setTimeout(resolve, 50));
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(replies).toHaveLength(1);
      expect(replies[0]?.signature).toBe(sign(replies[0]?.body ?? ''));
      expect(JSON.parse(replies[0]?.body ?? '')).toMatchObject({ to: 'person-1', text: expect.stringMatching(/\S/) });
    } finally {
      server.kill('SIGTERM');
      await new Promise((resolve) => server.once('exit', resolve));
      crm.close();
    }
  });

  it('gives a plugin author types that check', async () => {
    await writeFile(
      join(project, 'typed.ts'),
      `import { PolyphonError, type Plugin } from 'polyphon/plugin';
import { Type } from 'typebox';
const schema = Type.Object({ city: Type.String() }, { additionalProperties: false });
export const plugin = {
  contract: 1, kind: 'tool', name: 'weather', schema,
  open: async ({ config }) => ({
    functions: [{ name: 'now', description: 'The weather now', parameters: {} }],
    call: async () => ({ result: config.city.toUpperCase() }),
  }),
} satisfies Plugin<'tool', typeof schema>;
// @ts-expect-error a tool has functions
export const broken = { ...plugin, open: async () => ({}) } satisfies Plugin<'tool', typeof schema>;
export const code: string = new PolyphonError('PLG2006', 'x').code;
`,
    );
    const compiler = join(repository, 'node_modules/.bin/tsc');
    const flags = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--types',
      '',
      '--skipLibCheck',
      'typed.ts',
    ];
    await execute(compiler, flags, { cwd: project }).catch((error: { stdout: string }) => {
      throw new Error(error.stdout);
    });
  });

  it('leaves nothing behind in the folder but what was asked for', async () => {
    const entries = (await readdir(project)).filter((name) => !name.endsWith('.tgz')).sort();
    expect(entries).toEqual([
      '.gitignore',
      'bots',
      'config',
      'data',
      'node_modules',
      'package-lock.json',
      'package.json',
      'schemas',
      'typed.ts',
    ]);
  });
});

function printedUrl(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (part: Buffer) => {
      printed += part.toString();
      const url = /https?:\/\/[\w.[\]:]+:\d+/.exec(printed)?.[0];
      if (url !== undefined) resolve(url.replace('0.0.0.0', '127.0.0.1').replace('[::]', '127.0.0.1'));
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${printed}`)));
  });
}
