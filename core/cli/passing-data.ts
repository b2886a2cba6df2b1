import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment } from './deployment.ts';

/** A data folder that goes with the command: what it opens neither sees nor touches what is kept. */
export interface PassingData extends AsyncDisposable {
  /** The same deployment with its state and indexes there. */
  of(deployment: Deployment): Deployment;
}

export async function makePassingData(command: string): Promise<PassingData> {
  const folder = await mkdtemp(join(tmpdir(), `polyphon-${command}-`));
  return {
    of: (deployment) => ({
      ...deployment,
      dataDirectory: folder,
      settings: { ...deployment.settings, store: { use: 'sqlite', path: join(folder, 'polyphon.db') } },
    }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
