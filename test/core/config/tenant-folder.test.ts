import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTenantFolder } from '../../../core/config/tenant-folder.ts';
import { makeBots, signal } from './bots-folder.ts';

const files = {
  'other/secret.txt': 'CANARY',
  'x/.secrets.yaml': 'a: CANARY',
  'x/bot.yaml': 'polyphon: 1',
  'x/knowledge/a.md': 'a',
  'x/knowledge/b.txt': 'b',
  'x/knowledge/deep/er/c.md': 'c',
  'x/knowledge/.hidden.md': 'CANARY',
  'x/knowledge/(x).md': 'parenthesis',
};
const paths = async (root: string, pattern: string) =>
  (await openTenantFolder(root).glob(pattern, signal)).map(({ path }) => path);

describe('a tenant’s folder', () => {
  it.each([
    ['knowledge/*.md', ['knowledge/(x).md', 'knowledge/a.md']],
    ['knowledge/**/*.md', ['knowledge/(x).md', 'knowledge/a.md', 'knowledge/deep/er/c.md']],
    ['knowledge/**/*.{md,txt}', ['knowledge/(x).md', 'knowledge/a.md', 'knowledge/b.txt', 'knowledge/deep/er/c.md']],
    ['**/?.md', ['knowledge/a.md', 'knowledge/deep/er/c.md']],
    ['./knowledge/a.md', ['knowledge/a.md']],
    ['knowledge/(x).md', ['knowledge/(x).md']],
    ['{knowledge/a,knowledge/deep/er/c}.md', ['knowledge/a.md', 'knowledge/deep/er/c.md']],
    ['**', ['bot.yaml', 'knowledge/(x).md', 'knowledge/a.md', 'knowledge/b.txt', 'knowledge/deep/er/c.md']],
    ['nothing/*.md', []],
    ['.secrets.yaml', []],
  ])('%s matches what it says', async (pattern, expected) => {
    using bots = makeBots(files);
    expect(await paths(join(bots.path, 'x'), pattern)).toEqual(expected);
  });

  it('tells size and time', async () => {
    using bots = makeBots(files);
    const [file] = await openTenantFolder(join(bots.path, 'x')).glob('bot.yaml', signal);
    expect(file).toEqual({ path: 'bot.yaml', bytes: 11, modifiedAtMs: expect.any(Number) });
  });

  it('follows no link that leads out, in no circle, and none to a hidden file, but lists those that match', async () => {
    using bots = makeBots(files);
    const root = join(bots.path, 'x');
    symlinkSync(join(bots.path, 'other'), join(root, 'knowledge/out'));
    symlinkSync(join(bots.path, 'other/secret.txt'), join(root, 'knowledge/out.md'));
    symlinkSync('../.secrets.yaml', join(root, 'knowledge/hidden.md'));
    symlinkSync('..', join(root, 'knowledge/circle'));
    symlinkSync('a.md', join(root, 'knowledge/inside.md'));
    symlinkSync('gone.md', join(root, 'knowledge/dangling.md'));
    expect(await paths(root, 'knowledge/**/*.{md,txt}')).toEqual(
      expect.arrayContaining(['knowledge/a.md', 'knowledge/inside.md']),
    );
    const all = await paths(root, '**');
    const links = ['knowledge/dangling.md', 'knowledge/hidden.md', 'knowledge/out', 'knowledge/out.md'];
    expect(all.filter((path) => /out|hidden|dangling/.test(path))).toEqual(links);
    expect(await paths(root, 'knowledge/*.{md,txt}')).not.toContain('knowledge/out');
    const folder = openTenantFolder(root);
    for (const path of ['knowledge/out', 'knowledge/out.md', 'knowledge/out/secret.txt', 'knowledge/hidden.md']) {
      await expect(folder.read(path, { maxBytes: 100 }, signal)).rejects.toMatchObject({ code: 'BOT1025' });
    }
    expect(new TextDecoder().decode(await folder.read('knowledge/inside.md', { maxBytes: 100 }, signal))).toBe('a');
  });

  it.each([
    '../other/secret.txt',
    '/etc/passwd',
    'knowledge/../../other/secret.txt',
    '.secrets.yaml',
    'a\0b',
    'knowledge\\a.md',
    '',
  ])('does not read %j', async (path) => {
    using bots = makeBots(files);
    await expect(openTenantFolder(join(bots.path, 'x')).read(path, { maxBytes: 100 }, signal)).rejects.toMatchObject({
      code: 'BOT1025',
    });
  });

  it.each(['../*', '/etc/*', 'knowledge/../../*'])('does not list %s', async (pattern) => {
    using bots = makeBots(files);
    await expect(paths(join(bots.path, 'x'), pattern)).rejects.toMatchObject({ code: 'BOT1025' });
  });

  it('refuses what is missing, too large or no regular file', async () => {
    using bots = makeBots(files);
    const folder = openTenantFolder(join(bots.path, 'x'));
    execFileSync('mkfifo', [join(bots.path, 'x/pipe.md')]);
    await expect(folder.read('knowledge/a.md', { maxBytes: 0 }, signal)).rejects.toMatchObject({
      code: 'BOT1026',
      data: { bytes: 1 },
    });
    for (const path of ['gone.md', 'knowledge', 'pipe.md']) {
      await expect(folder.read(path, { maxBytes: 100 }, signal)).rejects.toMatchObject({ code: 'BOT1026' });
    }
    expect(await paths(join(bots.path, 'x'), '*.md')).toEqual([]);
  });

  it('stops when it is told to', async () => {
    using bots = makeBots(files);
    await expect(openTenantFolder(join(bots.path, 'x')).glob('**', AbortSignal.abort())).rejects.toThrow();
  });
});
