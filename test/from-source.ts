import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/** What the package publishes under these names is taken from its sources, so that tests see what was just written. */
export const fromSource = {
  alias: {
    'polyphon/plugin': fileURLToPath(new URL('../core/contract/index.ts', import.meta.url)),
    'polyphon/testing': fileURLToPath(new URL('kit/index.ts', import.meta.url)),
  },
};
