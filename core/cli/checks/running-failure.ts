import type { Http } from '../../contract/index.ts';
import type { ChannelFailure } from '../../kernel/face.ts';
import type { Deployment } from '../deployment.ts';
import type { Shell } from '../shell.ts';

const timeoutMs = 2_000;
const maxBytes = 10_000;

/** As the running server says it, which may be of another version. */
export type RunningFailure = Omit<ChannelFailure, 'code'> & { readonly code: string };

/**
 * Why a channel that polls hears nothing in the server that runs here now: only the one that polls can know, as asking the platform
 * would take its place. Undefined where all is well there, or no server answers.
 */
export async function runningFailure(
  place: { readonly tenantId: string; readonly key: string },
  { settings }: Deployment,
  shell: Shell,
): Promise<RunningFailure | undefined> {
  const { port, host } = settings.server;
  if (port === 0) return undefined;
  const { createHttp } = await import('../../network/http-client.ts');
  const { createLog } = await import('../../observe/log.ts');
  const { clock, signal } = shell.terminal;
  const at = `${{ '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? host}:${port}`;
  const log = createLog({ level: 'silent', format: 'json', write: () => {} });
  await using http = createHttp({ allowPrivate: [at], clock, log });
  try {
    return await ask(http, `http://${at}/v1/${place.tenantId}/${place.key}/health`, signal);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function ask(http: Http, url: string, signal: AbortSignal): Promise<RunningFailure | undefined> {
  const response = await http.fetch(url, { signal, timeoutMs, maxBytes });
  const body = (await response.json()) as Readonly<Record<keyof RunningFailure, unknown>> | null;
  if (response.status !== 503 || body === null) return undefined;
  const { code, detail, since } = body;
  if (typeof code !== 'string' || typeof detail !== 'string' || typeof since !== 'string') return undefined;
  return Number.isNaN(Date.parse(since)) ? undefined : { code, detail: detail.replace(/\s+/g, ' '), since };
}
