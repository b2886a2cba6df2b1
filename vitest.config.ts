import { defineConfig } from 'vitest/config';
import { fromSource } from './test/from-source.ts';

export default defineConfig({
  resolve: fromSource,
  test: {
    include: ['test/**/*.test.ts'],
    // These need a build, minutes, or parts that `npm ci` does not bring (a browser, a registry); .ci/run brings them and runs the suites.
    exclude: [
      'test/browser/**',
      'test/package/**',
      'test/bench/**',
      'test/whole/kills/**',
      'test/fuzz/**',
      'test/prism/**',
      'test/transformers/**',
      'node_modules/**',
    ],
    setupFiles: ['./test/setup.ts'],
    testTimeout: 20_000,
  },
});
