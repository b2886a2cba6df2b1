import type { Message, OpenedSession, Outgoing, Presentation, SessionStatus } from './wire.ts';

export interface Address {
  /** Of the server, as in `https://bots.example`. */
  readonly origin: string;
  readonly tenant: string;
  readonly channel: string;
}

/** `network`: nothing is known about what the server got. The rest are the server's own words; `website`: the bot is not for this one. */
export type Refusal = 'network' | 'website' | 'expired' | 'conflict' | 'too-long' | 'too-many' | 'refused' | 'server';

export class ApiError extends Error {
  readonly refusal: Refusal;
  readonly retryAfterMs: number | undefined;

  constructor(refusal: Refusal, retryAfterMs?: number) {
    super(`The server's answer: ${refusal}.`);
    this.refusal = refusal;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Api {
  presentation(signal: AbortSignal): Promise<Presentation>;
  openSession(locale: string, signal: AbortSignal): Promise<OpenedSession>;
  status(session: OpenedSession, signal: AbortSignal): Promise<SessionStatus>;
  history(session: OpenedSession, signal: AbortSignal): Promise<readonly Message[]>;
  /** Resolves when the message is durable on the server. Sending the same id again is safe. */
  send(session: OpenedSession, outgoing: Outgoing, signal: AbortSignal): Promise<Message>;
  change(session: OpenedSession, verb: 'resume' | 'close', signal: AbortSignal): Promise<void>;
}

const timeoutMs = 20_000;
const historyPages = 20;

export function createApi(address: Address, fetch: typeof globalThis.fetch): Api {
  const call = async (path: string, signal: AbortSignal, init: RequestInit = {}, token?: string): Promise<Response> => {
    const headers = new Headers({ accept: 'application/json' });
    if (init.body) headers.set('content-type', 'application/json');
    if (token) headers.set('authorization', `Bearer ${token}`);
    let response: Response;
    try {
      response = await fetch(`${base(address)}/${path}`, {
        ...init,
        headers,
        credentials: 'omit',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
    } catch {
      signal.throwIfAborted();
      throw new ApiError('network');
    }
    if (!response.ok) throw refusalOf(response);
    return response;
  };
  const post = (path: string, signal: AbortSignal, body: unknown, token?: string) =>
    call(path, signal, { method: 'POST', body: JSON.stringify(body) }, token);
  const at = (session: OpenedSession, rest = '') => `sessions/${encodeURIComponent(session.session)}${rest}`;

  return {
    presentation: async (signal) => json(await call('widget', signal)),
    openSession: async (locale, signal) =>
      json(await post('sessions', signal, { locale, metadata: { greetingShown: true } })),
    status: async (session, signal) => json(await call(at(session), signal, {}, session.token)),
    async history(session, signal) {
      const messages: Message[] = [];
      for (let page = 0; page < historyPages; page++) {
        const after = messages.at(-1)?.id;
        const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
        const answer = await call(at(session, `/messages${query}`), signal, {}, session.token);
        const { messages: more } = await json<{ readonly messages: readonly Message[] }>(answer);
        messages.push(...more);
        if (more.length < 100) break;
      }
      return messages;
    },
    async send(session, outgoing, signal) {
      const { id, text, action } = outgoing;
      const answer = await post(
        at(session, '/messages'),
        signal,
        action ? { id, text, action } : { id, text },
        session.token,
      );
      return (await json<{ readonly message: Message }>(answer)).message;
    },
    async change(session, verb, signal) {
      await post(at(session, `/${verb}`), signal, {}, session.token);
    },
  };
}

export function base({ origin, tenant, channel }: Address): string {
  return `${origin}/v1/${encodeURIComponent(tenant)}/${encodeURIComponent(channel)}`;
}

async function json<Body>(response: Response): Promise<Body> {
  try {
    return (await response.json()) as Body;
  } catch {
    throw new ApiError('network');
  }
}

function refusalOf(response: Response): ApiError {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  switch (response.status) {
    case 401:
    case 404:
    case 410:
      return new ApiError('expired');
    case 403:
      return new ApiError('website');
    case 409:
      return new ApiError('conflict');
    case 413:
      return new ApiError('too-long');
    case 429:
      return new ApiError('too-many', retryAfterMs);
    default:
      return new ApiError(response.status >= 500 ? 'server' : 'refused', retryAfterMs);
  }
}
