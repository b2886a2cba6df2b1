import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSources, root } from './sources.ts';

const allowedRoot = new Set(
  'core plugins bots config schemas test package.json package-lock.json tsconfig.json tsconfig.build.json README.md LICENSE CHANGELOG.md CONTRIBUTING.md SECURITY.md biome.json vitest.config.ts vite.config.ts'.split(
    ' ',
  ),
);
const sources = [
  ...readSources('core/**/*.ts'),
  ...readSources('plugins/**/*.{ts,tsx}'),
  ...readSources('schemas/*.ts'),
  ...readSources('test/**/*.ts'),
];

describe('the layout of the house', () => {
  it('has nothing at the top level but the fixed set', () => {
    const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
    const top = new Set(tracked.map((path) => path.split('/')[0] ?? ''));
    expect([...top].filter((name) => !name.startsWith('.') && !allowedRoot.has(name))).toEqual([]);
  });

  it('has no file over 500 lines', () => {
    expect(sources.filter((file) => file.text.split('\n').length > 500).map((file) => file.path)).toEqual([]);
  });

  it('has no utils, helpers, common or misc', () => {
    expect(
      sources.map((file) => file.path).filter((path) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.)/.test(path)),
    ).toEqual([]);
  });

  it('names every file in kebab case', () => {
    const wrong = sources
      .map((file) => file.path)
      .filter(
        (path) =>
          !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|type\.test|config|bench|d))?\.tsx?$/.test(path.split('/').at(-1) ?? ''),
      );
    expect(wrong).toEqual([]);
  });

  it('lets a core README say what each folder may and may not', () => {
    const readme = readFileSync(join(root, 'core/README.md'), 'utf8');
    const folders = readdirSync(join(root, 'core'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const folder of folders)
      expect(readme, `core/README.md does not mention ${folder.name}/`).toContain(`\`${folder.name}/\``);
  });
});

describe('every plugin folder', () => {
  const folders = readSources('plugins/*/*/plugin.ts').map((file) => file.path.replace('/plugin.ts', ''));

  it.each(folders)('%s calls itself by its folder, and documents Setup, Config and Limits', async (folder) => {
    const { plugin } = (await import(join(root, folder, 'plugin.ts'))) as {
      plugin: { name: string; contract: number; schema: { additionalProperties?: unknown } };
    };
    expect(plugin.name).toBe(folder.split('/').at(-1));
    expect(plugin.contract).toBe(1);
    expect(plugin.schema.additionalProperties).toBe(false);
    const readme = join(root, folder, 'README.md');
    expect(existsSync(readme), `${folder}/README.md is missing`).toBe(true);
    const text = readFileSync(readme, 'utf8');
    for (const heading of ['## Setup', '## Config', '## Limits']) expect(text).toContain(heading);
  });
});
