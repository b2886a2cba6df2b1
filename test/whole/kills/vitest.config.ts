import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Needs a build (`npm run build`). Servers are killed under load, which takes a minute and a half. */
export default defineConfig({
  resolve: {
    alias: {
      'polyphon/plugin': here('../../../core/contract/index.ts'),
      'polyphon/testing': here('../../kit/index.ts'),
    },
  },
  test: { root: here('../../..'), include: ['test/whole/kills/*.test.ts'], testTimeout: 120_000 },
});
