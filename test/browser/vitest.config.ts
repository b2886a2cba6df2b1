import { defineConfig } from 'vitest/config';
import { fromSource, projectRoot } from '../from-source.ts';

/** Needs Debian's chromium on the PATH and a build (`npm run build`). */
export default defineConfig({
  resolve: fromSource,
  test: {
    root: projectRoot,
    include: ['test/browser/**/*.test.ts'],
    // One browser at a time: they are measured and photographed.
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
