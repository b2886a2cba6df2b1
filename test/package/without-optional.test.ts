import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const execute = promisify(execFile);
const repository = fileURLToPath(new URL('../../', import.meta.url));
const { optionalDependencies } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
  readonly optionalDependencies: Readonly<Record<string, string>>;
};
const optional = Object.keys(optionalDependencies);

// `npm ci` builds the project: a build that needs what is optional ends the installation of everything.
it.each([...optional.map((name) => ({ title: name, missing: [name] })), { title: 'any of them', missing: optional }])(
  'is built without $title: npm takes an optional package away that cannot be installed',
  async ({ missing }) => {
    const clone = await mkdtemp(join(tmpdir(), 'polyphon-without-optional-'));
    try {
      for (const part of [
        'core',
        'plugins',
        'schemas',
        'test/kit',
        'package.json',
        'tsconfig.json',
        'tsconfig.build.json',
      ])
        await cp(join(repository, part), join(clone, part), { recursive: true });
      await linkPackages(join(clone, 'node_modules'), missing);
      const compiler = join(repository, 'node_modules/.bin/tsc');
      const found = await execute(compiler, ['-p', 'tsconfig.build.json', '--noEmit', '--incremental', 'false'], {
        cwd: clone,
      }).then(
        () => '',
        (error: { stdout: string }) => error.stdout,
      );
      expect(found).toBe('');
    } finally {
      await rm(clone, { recursive: true, force: true });
    }
  },
);

/** A scope is a folder of links, so that one of its packages can be left out. */
async function linkPackages(target: string, missing: readonly string[]): Promise<void> {
  const source = join(repository, 'node_modules');
  await mkdir(target);
  for (const folder of await readdir(source)) {
    const scoped = folder.startsWith('@');
    if (scoped) await mkdir(join(target, folder));
    const names = scoped ? (await readdir(join(source, folder))).map((name) => `${folder}/${name}`) : [folder];
    for (const name of names) if (!missing.includes(name)) await symlink(join(source, name), join(target, name));
  }
}
