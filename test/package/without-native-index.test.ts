import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const execute = promisify(execFile);
const repository = fileURLToPath(new URL('../../', import.meta.url));

// `npm ci` builds the project: a build that needs what is optional ends the installation of everything.
it('is built where hnswlib-node is not: npm takes an optional package away that does not compile', async (context) => {
  const clone = await mkdtemp(join(tmpdir(), 'polyphon-without-native-'));
  context.onTestFinished(() => rm(clone, { recursive: true, force: true }));
  for (const part of ['core', 'plugins', 'schemas', 'test/kit', 'package.json', 'tsconfig.json', 'tsconfig.build.json'])
    await cp(join(repository, part), join(clone, part), { recursive: true });
  await mkdir(join(clone, 'node_modules'));
  for (const name of await readdir(join(repository, 'node_modules')))
    if (name !== 'hnswlib-node')
      await symlink(join(repository, 'node_modules', name), join(clone, 'node_modules', name));

  const compiler = join(repository, 'node_modules/.bin/tsc');
  const found = await execute(compiler, ['-p', 'tsconfig.build.json', '--noEmit', '--incremental', 'false'], {
    cwd: clone,
  }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
  expect(found).toBe('');
});
