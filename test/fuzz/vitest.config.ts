import { defineConfig } from 'vitest/config';
import { fromSource, projectRoot } from '../from-source.ts';

/** Needs a build (`npm run build`). `FUZZ_BODIES=50000 FUZZ_SEED=7 npm run test:fuzz` for more, or others, than the usual. */
export default defineConfig({
  resolve: fromSource,
  test: {
    root: projectRoot,
    include: ['test/fuzz/*.test.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
    // One at a time: what is measured is one server.
    fileParallelism: false,
    provide: {
      bodies: Number(process.env['FUZZ_BODIES'] ?? 5000),
      forgeries: Number(process.env['FUZZ_FORGERIES'] ?? 5000),
      seed: Number(process.env['FUZZ_SEED'] ?? 20_261_121),
    },
  },
});

declare module 'vitest' {
  interface ProvidedContext {
    readonly bodies: number;
    readonly forgeries: number;
    readonly seed: number;
  }
}
