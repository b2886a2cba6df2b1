import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application } from '../../kernel/application.ts';
import { type Deployment, openApplication, openObserve } from '../deployment.ts';
import type { Shell } from '../shell.ts';

/** The bots of a deployment with a store of their own, which goes with the check: nothing that it opens touches what is kept. */
export interface BotsApart extends AsyncDisposable {
  readonly application: Application;
  /** Settles when the bot is up, or is known not to come up. */
  opened(tenantId: string): Promise<unknown>;
}

export async function openBotsApart(deployment: Deployment, shell: Shell): Promise<BotsApart> {
  const folder = await mkdtemp(join(tmpdir(), 'polyphon-doctor-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  const apart: Deployment = {
    ...deployment,
    dataDirectory: folder,
    settings: { ...deployment.settings, store: { use: 'sqlite', path: join(folder, 'polyphon.db') } },
  };
  let application: Application;
  try {
    application = await openApplication(apart, shell, await openObserve(shell, apart, 'quiet'));
  } catch (error) {
    await removeFolder();
    throw error;
  }
  const opening = new Map<string, Promise<unknown>>();
  return {
    application,
    opened: (tenantId) => {
      const opened = opening.get(tenantId) ?? application.kernel.reload(tenantId, shell.terminal.signal);
      // One who has lost patience does not wait for it any more.
      opened.catch(() => {});
      opening.set(tenantId, opened);
      return opened;
    },
    [Symbol.asyncDispose]: async () => {
      try {
        await application[Symbol.asyncDispose]();
      } finally {
        await removeFolder();
      }
    },
  };
}
