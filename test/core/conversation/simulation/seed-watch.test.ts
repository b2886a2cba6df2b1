import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('names the seed that never lets go of the thread', async () => {
  const words = `
    import { watchSeeds } from ${JSON.stringify(new URL('seed-watch.ts', import.meta.url).href)};
    const watch = watchSeeds(100);
    watch.begins(6);
    watch.begins(41);
    const startedMs = Date.now();
    while (Date.now() - startedMs < 2_000);
  `;
  const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', words]);
  expect(stderr).toMatch(/^seed 41 has not ended after 0\.1 s: it may never\./);
});
