import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReloadReport } from '../../../core/kernel/face.ts';
import { FakeKernel } from './fake-kernel.ts';
import { problemIn, sendRaw, startServer } from './running-server.ts';

async function builtAssets(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'polyphon-built-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const directory = join(root, 'assets');
  await mkdir(join(directory, 'assets'), { recursive: true });
  await writeFile(join(root, 'secret.js'), 'canary');
  await writeFile(join(directory, 'play.html'), '<!doctype html><title>Playground</title>');
  await writeFile(join(directory, 'widget.js'), `console.log(${JSON.stringify('x'.repeat(2_000))})`);
  await writeFile(join(directory, 'panel.js'), 'export const panel = 1;');
  await writeFile(join(directory, 'assets', 'play-AbCd1234.js'), 'export {};');
  await writeFile(join(directory, '.hidden.js'), 'canary');
  await symlink(join(root, 'secret.js'), join(directory, 'link.js'));
  return directory;
}

describe('the playground', () => {
  it('is a page with a strict policy, with and without a bot', async () => {
    const { url } = await startServer(new FakeKernel(), { assetsDirectory: await builtAssets() });
    for (const path of ['/play', '/play/praxis', '/play/']) {
      const response = await fetch(`${url}${path}`);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('Playground');
      expect(response.headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
    const root = await fetch(url, { redirect: 'manual' });
    expect([root.status, root.headers.get('location')]).toEqual([302, '/play']);
  });

  it('says what to run when it is not built', async () => {
    const { url } = await startServer(new FakeKernel());
    const response = await fetch(`${url}/play/praxis`);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).toContain('npm run build');
    expect((await problemIn(await fetch(`${url}/widget.js`))).detail).toContain('npm run build');
  });

  it('lists the bots and tells of reloads', async () => {
    const { url, server } = await startServer(new FakeKernel());
    const list = (await (await fetch(`${url}/play/api/bots`)).json()) as { bots: unknown[] };
    expect(list.bots).toMatchObject([
      { tenantId: 'praxis', state: 'serving', suggestions: ['Was kostet eine Krone?'] },
    ]);
    const response = await fetch(`${url}/play/api/events`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain('retry:');
    const report: ReloadReport = {
      tenantId: 'praxis',
      outcome: 'rejected',
      revision: 'r1',
      changes: [],
      diagnostics: [],
      elapsedMs: 12,
    };
    server.announceReload(report);
    expect((await reader?.read())?.value).toBe(`event: reload\ndata: ${JSON.stringify(report)}\n\n`);
    await reader?.cancel();
  });

  it('answers nobody who comes under a foreign name or from a foreign page', async () => {
    const { port, url } = await startServer(new FakeKernel(), { assetsDirectory: await builtAssets() });
    for (const path of ['/play', '/play/api/bots']) {
      const answer = await sendRaw(
        port,
        `GET ${path} HTTP/1.1\r\nHost: rebind.evil.example\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toContain('HTTP/1.1 403');
    }
    const foreign = await fetch(`${url}/play/api/bots`, { headers: { origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each([
    ['/play', 404],
    ['/play/praxis', 404],
    ['/play/api/bots', 404],
    ['/play/api/events', 404],
    ['/', 404],
  ])('is off in production: %s', async (path, status) => {
    const { url } = await startServer(new FakeKernel(), { mode: 'start', assetsDirectory: await builtAssets() });
    const headers = { authorization: 'Bearer operator-token-1' };
    expect((await fetch(`${url}${path}`, { headers, redirect: 'manual' })).status).toBe(status);
  });

  it('asks for an operator token in production where it is turned on', async () => {
    const { url } = await startServer(new FakeKernel(), {
      mode: 'start',
      assetsDirectory: await builtAssets(),
      settings: { playground: 'on' },
    });
    for (const path of ['/play', '/play/praxis', '/play/api/bots']) {
      const refused = await fetch(`${url}${path}`);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toMatch(/^Basic/);
      expect((await fetch(`${url}${path}`, { headers: { authorization: `Basic ${btoa('x:wrong')}` } })).status).toBe(
        401,
      );
      const basic = `Basic ${btoa('anyone:operator-token-1')}`;
      expect((await fetch(`${url}${path}`, { headers: { authorization: basic } })).status).toBe(200);
    }
  });
});

describe('assets', () => {
  it('are given to pages of customers, packed, with an ETag', async () => {
    const { url } = await startServer(new FakeKernel(), { mode: 'start', assetsDirectory: await builtAssets() });
    const response = await fetch(`${url}/widget.js`, { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(await response.text()).toContain('console.log');
    const etag = response.headers.get('etag') ?? '';
    const again = await fetch(`${url}/widget.js`, { headers: { 'accept-encoding': 'gzip', 'if-none-match': etag } });
    expect(again.status).toBe(304);
    const plain = await fetch(`${url}/widget.js`, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('etag')).not.toBe(etag);
  });

  it('never change where the address names the content, and are asked for otherwise', async () => {
    const { createHash } = await import('node:crypto');
    const { url } = await startServer(new FakeKernel(), { assetsDirectory: await builtAssets() });
    const cache = async (path: string) => (await fetch(`${url}${path}`)).headers.get('cache-control');
    const version = createHash('sha256').update('export const panel = 1;').digest('hex').slice(0, 12);
    expect(await cache('/assets/play-AbCd1234.js')).toBe('public, no-cache');
    expect(await cache(`/assets/panel.js?v=${version}`)).toContain('immutable');
    expect(await cache('/assets/panel.js?v=000000000000')).toBe('public, no-cache');
    expect(await cache('/assets/panel.js')).toBe('public, no-cache');
  });

  it.each([
    '/assets/../secret.js',
    '/assets/..%2fsecret.js',
    '/assets/%2e%2e/secret.js',
    '/assets/..%5csecret.js',
    '/assets/link.js',
    '/assets/.hidden.js',
    '/assets/%2fetc%2fpasswd',
    '/assets/assets',
    '/assets/',
    '/assets/nothing.js',
    '/assets/secret.js%00.js',
    '/assets/play.html/x.js',
  ])('do not lead out of their folder: %s', async (path) => {
    const { port } = await startServer(new FakeKernel(), { assetsDirectory: await builtAssets() });
    const answer = await sendRaw(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/HTTP\/1\.1 40[04]/);
    expect(answer).not.toContain('canary');
  });
});
