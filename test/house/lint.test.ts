import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { root } from './sources.ts';

it('the rules of the linter are written as its version wants them', async () => {
  const { stdout, stderr } = await promisify(execFile)(join(root, 'node_modules/.bin/biome'), ['migrate'], {
    cwd: root,
  });
  expect(stdout + stderr).toContain('no migration needed');
});
