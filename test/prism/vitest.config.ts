import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { fromSource, projectRoot } from '../from-source.ts';

/** Needs npm's registry the first time: Prism is 90 MB, which nobody should have to install for the rest. */
export default defineConfig({
  resolve: fromSource,
  test: {
    root: projectRoot,
    include: ['test/prism/*.test.ts'],
    globalSetup: [fileURLToPath(new URL('./install-prism.ts', import.meta.url))],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
