import { defineConfig } from 'vitest/config';
import { fromSource, projectRoot } from '../../from-source.ts';

/** Needs a build (`npm run build`). Servers are killed under load, which takes a minute and a half. */
export default defineConfig({
  resolve: fromSource,
  test: { root: projectRoot, include: ['test/whole/kills/*.test.ts'], testTimeout: 120_000 },
});
