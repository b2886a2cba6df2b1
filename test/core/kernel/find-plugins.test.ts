import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPlugins } from '../../../core/kernel/find-plugins.ts';

let project = '';
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'polyphon-plugins-'));
});
afterEach(async () => {
  await rm(project, { recursive: true });
});

const good = { kind: 'tool', name: 'weather', contract: 1 };
const source = (fields = "contract: 1, kind: 'tool', name: 'weather'") =>
  `globalThis.loaded = (globalThis.loaded ?? 0) + 1;
   export const plugin = { ${fields}, schema: { type: 'object' }, open: async () => ({ functions: [] }) };`;

async function install(name: string, manifest: object | undefined, code = source()): Promise<void> {
  const folder = join(project, 'node_modules', name);
  await mkdir(folder, { recursive: true });
  const description = { name, type: 'module', exports: './index.js', ...(manifest ? { polyphon: manifest } : {}) };
  await writeFile(join(folder, 'package.json'), JSON.stringify(description));
  await writeFile(join(folder, 'index.js'), code);
}

const find = (...packages: string[]) => findPlugins({ packages, projectDirectory: project });

describe('finding plugins', () => {
  it('knows the built-in ones by their folders', async () => {
    const plugins = await find();
    expect(plugins.names('channel')).toContain('web-chat');
    expect((await plugins.find('channel', 'web-chat'))?.name).toBe('web-chat');
  });

  it('finds a listed package by the name in its manifest and runs none of its code before it is used', async () => {
    await install('polyphon-tool-weather', good);
    Reflect.set(globalThis, 'loaded', 0);
    const plugins = await find('polyphon-tool-weather');
    expect(plugins.names('tool')).toContain('weather');
    expect(Reflect.get(globalThis, 'loaded')).toBe(0);
    expect((await plugins.find('tool', 'weather'))?.kind).toBe('tool');
    expect(Reflect.get(globalThis, 'loaded')).toBe(1);
  });

  it('never takes a name for a path', async () => {
    await install('polyphon-tool-weather', good);
    const plugins = await find();
    const names = ['../../node_modules/polyphon-tool-weather', './index.js', '/etc/passwd', 'polyphon-tool-weather'];
    for (const name of names) expect(await plugins.find('tool', name)).toBeUndefined();
  });

  it('says how to install a listed package that is missing', async () => {
    await expect(find('polyphon-tool-none')).rejects.toMatchObject({
      code: 'PLG2001',
      message: expect.stringContaining('npm install polyphon-tool-none'),
    });
  });

  it.each([
    ['has no manifest', undefined, 'PLG2003'],
    ['names a kind nobody knows', { ...good, kind: 'teleport' }, 'PLG2003'],
    ['was written for another contract', { ...good, contract: 2 }, 'PLG2002'],
  ])('refuses a package that %s', async (_what, manifest, code) => {
    await install('odd', manifest);
    await expect(find('odd')).rejects.toMatchObject({ code });
  });

  it.each([
    ['exports no plugin', 'export const other = 1;', 'PLG2003'],
    ['speaks another contract than its manifest says', source("contract: 2, kind: 'tool', name: 'weather'"), 'PLG2002'],
    ['calls itself otherwise', source("contract: 1, kind: 'tool', name: 'climate'"), 'PLG2003'],
  ])('refuses a module that %s', async (_what, code, expected) => {
    await install('odd', good, code);
    const plugins = await find('odd');
    await expect(plugins.find('tool', 'weather')).rejects.toMatchObject({ code: expected });
  });
});
