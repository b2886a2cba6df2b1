import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      'polyphon/plugin': here('./core/contract/index.ts'),
      'polyphon/testing': here('./test/kit/index.ts'),
    },
  },
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
      'node_modules/**',
    ],
    setupFiles: ['./test/setup.ts'],
    testTimeout: 20_000,
  },
});
