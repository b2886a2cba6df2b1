import { defineConfig } from 'vitest/config';

/** Needs the npm registry, or a cache that `npm ci` has filled; run by `npm run test:package`. */
export default defineConfig({
  test: { include: ['test/package/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 240_000 },
});
