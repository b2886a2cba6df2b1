import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { fromSource, projectRoot } from '../from-source.ts';

/** Needs npm's registry the first time: the package takes 470 MB of disk, which nobody should have to install for the rest. */
export default defineConfig({
  resolve: fromSource,
  test: {
    root: projectRoot,
    include: ['test/transformers/*.test.ts'],
    globalSetup: [fileURLToPath(new URL('./install-transformers.ts', import.meta.url))],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
