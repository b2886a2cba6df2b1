import type { Application } from '../../kernel/application.ts';
import { type Deployment, openApplication, openObserve } from '../deployment.ts';
import { makePassingData } from '../passing-data.ts';
import type { Shell } from '../shell.ts';

/** The bots of a deployment over passing data. */
export interface BotsApart extends AsyncDisposable {
  readonly application: Application;
  /** Settles when the bot is up, or is known not to come up. */
  opened(tenantId: string): Promise<unknown>;
}

export async function openBotsApart(deployment: Deployment, shell: Shell): Promise<BotsApart> {
  await using opening = new AsyncDisposableStack();
  const apart = opening.use(await makePassingData('doctor')).of(deployment);
  const observe = await openObserve(shell, apart, 'quiet');
  const application = opening.use(await openApplication(apart, shell, observe));
  const owned = opening.move();
  const bots = new Map<string, Promise<unknown>>();
  return {
    application,
    opened: (tenantId) => {
      const known = bots.get(tenantId);
      if (known !== undefined) return known;
      const opened = application.kernel.reload(tenantId, shell.terminal.signal);
      // One who has lost patience does not wait for it any more.
      opened.catch(() => {});
      bots.set(tenantId, opened);
      return opened;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
