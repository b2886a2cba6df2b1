import { defineConfig } from 'vitest/config';
import { fromSource, projectRoot } from '../from-source.ts';

/** Needs a build (`npm run build`). `FUZZ_BODIES=50000 FUZZ_SEED=7 npm run test:fuzz` for more, or others, than the usual; `FUZZ_FORGERIES` for more wrong signatures. */
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
      bodies: told('FUZZ_BODIES', 5000),
      forgeries: told('FUZZ_FORGERIES', 5000),
      seed: told('FUZZ_SEED', 20_261_121),
    },
  },
});

/** @throws Error for what is no number: a run of none would pass. */
function told(name: string, otherwise: number): number {
  const written = process.env[name] ?? String(otherwise);
  if (!/^[1-9]\d*$/.test(written)) throw new Error(`${name} is a whole number from 1, not "${written}".`);
  return Number(written);
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly bodies: number;
    readonly forgeries: number;
    readonly seed: number;
  }
}
