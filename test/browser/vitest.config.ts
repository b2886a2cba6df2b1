import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Needs Debian's chromium on the PATH and a build (`npm run build`). */
export default defineConfig({
  resolve: {
    alias: {
      'polyphon/plugin': here('../../core/contract/index.ts'),
      'polyphon/testing': here('../kit/index.ts'),
    },
  },
  test: {
    root: here('../..'),
    include: ['test/browser/**/*.test.ts'],
    // One browser at a time: they are measured and photographed.
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
