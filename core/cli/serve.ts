import { PolyphonError } from '../contract/index.ts';
import type { HttpServer } from '../http/server.ts';
import type { Application } from '../kernel/application.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Deployment } from './deployment.ts';
import { createDeliveryDesk, createOperatorDesk } from './operator-desk.ts';
import { fewestTokenCharacters, hasShortToken } from './operator-token.ts';
import { createPeopleDesk } from './people-desk.ts';
import { product } from './product.ts';
import type { Shell } from './shell.ts';

export interface Listening {
  readonly server: HttpServer;
  readonly url: string;
  readonly port: number;
}

/** How many ports after the wanted one `dev` tries. */
const portsTried = 20;

/**
 * Opens the port. In `dev` a busy one is no reason to stop: the next free one serves, and the caller says so.
 * @throws PolyphonError CLI9003 when the port is busy or not allowed.
 */
export async function listen(
  mode: 'dev' | 'start',
  deployment: Deployment,
  application: Application,
  observe: { readonly log: Log; readonly metrics: Metrics },
  shell: Shell,
): Promise<Listening> {
  const { createHttpServer } = await import('../http/server.ts');
  if (hasShortToken(deployment.settings)) {
    observe.log.warn(
      `an operator token is shorter than ${fewestTokenCharacters} characters and can be guessed; make a long one: openssl rand -base64 32`,
    );
  }
  const wanted = deployment.settings.server.port;
  const last = mode === 'dev' && wanted !== 0 ? Math.min(wanted + portsTried, 65_535) : wanted;
  for (let port = wanted; ; port += 1) {
    const server = createHttpServer({
      kernel: application.kernel,
      settings: { ...deployment.settings.server, port },
      clock: shell.terminal.clock,
      random: shell.terminal.random,
      log: observe.log,
      metrics: observe.metrics,
      assetsDirectory: product().assetsDirectory,
      adminTokens: deployment.settings.admin.tokens,
      conversations: createOperatorDesk(application),
      knowledge: application.knowledge,
      deliveries: createDeliveryDesk(application, shell.terminal.clock),
      people: createPeopleDesk(application),
      journal: application.webhookJournal,
      mode,
      checks: { store: (signal) => application.store.check(signal) },
    });
    try {
      return { server, ...(await server.listen(shell.terminal.signal)) };
    } catch (error) {
      await server[Symbol.asyncDispose]();
      const reason = systemCode(error);
      if (reason === 'EADDRINUSE' && port < last) continue;
      throw listenFailure(reason, wanted, last, error);
    }
  }
}

function listenFailure(reason: string | undefined, wanted: number, last: number, error: unknown): unknown {
  if (reason === 'EADDRINUSE') {
    const which = last > wanted ? `The ports ${wanted} to ${last} are` : `Port ${wanted} is`;
    return new PolyphonError('CLI9003', `${which} in use. Stop what listens there, or choose another with --port.`, {
      cause: error,
    });
  }
  if (reason === 'EACCES') {
    return new PolyphonError(
      'CLI9003',
      `Port ${wanted} may not be opened by this user. Choose one from 1024 with --port, or put a proxy in front.`,
      { cause: error },
    );
  }
  if (reason === 'EADDRNOTAVAIL' || reason === 'ENOTFOUND') {
    return new PolyphonError(
      'CLI9003',
      'The address in `server.host` is not one of this machine. Correct it in the settings.',
      { cause: error },
    );
  }
  return error;
}

function systemCode(error: unknown): string | undefined {
  const own = (error as NodeJS.ErrnoException | undefined)?.code;
  if (typeof own === 'string' && own.startsWith('E')) return own;
  return error instanceof Error && error.cause !== undefined ? systemCode(error.cause) : undefined;
}

/** Resolves at Ctrl-C, at SIGTERM, or when the terminal is closed. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
