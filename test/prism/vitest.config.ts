import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Needs npm's registry the first time: Prism is 90 MB, which nobody should have to install for the rest. */
export default defineConfig({
  resolve: {
    alias: {
      'polyphon/plugin': here('../../core/contract/index.ts'),
      'polyphon/testing': here('../kit/index.ts'),
    },
  },
  test: {
    root: here('../..'),
    include: ['test/prism/*.test.ts'],
    globalSetup: [here('./install-prism.ts')],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
