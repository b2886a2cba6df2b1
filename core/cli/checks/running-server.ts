import type { Settings } from '../../config/settings.ts';
import type { Shell } from '../shell.ts';

const timeoutMs = 2_000;
const maxBytes = 10_000;

export interface RunningAnswer {
  readonly url: string;
  readonly status: number;
  /** Undefined where it is no JSON object. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** What the program at the port of the settings answers now. Undefined where none answers in time. */
export async function askRunning(
  path: string,
  { server }: Pick<Settings, 'server'>,
  shell: Pick<Shell, 'terminal'>,
): Promise<RunningAnswer | undefined> {
  if (server.port === 0) return undefined;
  const { createHttp } = await import('../../network/http-client.ts');
  const { createLog } = await import('../../observe/log.ts');
  const { clock, signal } = shell.terminal;
  const at = addressOf(server);
  const log = createLog({ level: 'silent', format: 'json', write: () => {} });
  await using http = createHttp({ allowPrivate: [at], clock, log });
  try {
    const response = await http.fetch(`http://${at}${path}`, { signal, timeoutMs, maxBytes });
    const body: unknown = await response.json().catch(() => undefined);
    const object = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined;
    return { url: `http://${at}`, status: response.status, body: object };
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Where all addresses of the machine are listened at, this machine is one of them. */
function addressOf({ host, port }: Settings['server']): string {
  const local = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `${local.includes(':') ? `[${local}]` : local}:${port}`;
}
