import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Http } from '../../core/contract/index.ts';
import { fakeHttp } from './fake-http.ts';
import { listen, readBody } from './listening-server.ts';

/** A webhook as its receiver sees it. */
export interface ReceivedWebhook {
  readonly id: string;
  /** Milliseconds since the epoch, from the signed header. */
  readonly sentAtMs: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the receiver does with the next request: an HTTP status, or nothing at all. */
export type ReceiverMood = number | 'refuses connections' | 'hangs';

export interface FakeWebhookReceiver {
  /** What arrived, was signed rightly and was answered with 2xx; in order. */
  readonly taken: readonly ReceivedWebhook[];
  /** Every attempt, also those that were refused. */
  readonly attempts: number;
  /** Requests that no secret signed, or that came too late. */
  readonly forged: number;
  /** For the next requests, in order; 204 when there are no more. */
  readonly moods: ReceiverMood[];
  /** Delivers to this receiver without a network, whatever the address. */
  readonly http: Http;
  /** A real server on a free port of this machine. */
  listen(): Promise<{ readonly url: string; readonly hostAndPort: string } & AsyncDisposable>;
}

/** How far the signed time may be from the receiver's own. */
const toleranceMs = 5 * 60_000;

/** A receiver that checks signatures as Standard Webhooks asks for, with its own code. */
export function createFakeWebhookReceiver(options: {
  readonly secret: string;
  readonly now: () => number;
}): FakeWebhookReceiver {
  const taken: ReceivedWebhook[] = [];
  const moods: ReceiverMood[] = [];
  let attempts = 0;
  let forged = 0;

  const take = (header: (name: string) => string, body: string): number => {
    const id = header('webhook-id');
    const timestamp = header('webhook-timestamp');
    const sentAtMs = Number(timestamp) * 1000;
    if (!isSigned(`${id}.${timestamp}.${body}`, header('webhook-signature'), options.secret)) {
      forged += 1;
      return 401;
    }
    if (Math.abs(options.now() - sentAtMs) > toleranceMs) {
      forged += 1;
      return 400;
    }
    const { type, data } = JSON.parse(body) as Pick<ReceivedWebhook, 'type' | 'data'>;
    taken.push({ id, sentAtMs, type, data });
    return 204;
  };
  const next = (): ReceiverMood => {
    attempts += 1;
    return moods.shift() ?? 204;
  };

  return {
    taken,
    moods,
    get attempts() {
      return attempts;
    },
    get forged() {
      return forged;
    },
    http: fakeHttp(async (_url, { headers, body, signal }) => {
      const mood = next();
      if (mood === 'refuses connections') throw new TypeError('connection refused');
      if (mood === 'hangs') {
        return await new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
        );
      }
      const lines = new Headers(headers);
      const status = mood < 300 ? take((name) => lines.get(name) ?? '', String(body)) : mood;
      return new Response(null, {
        status,
        ...(status === 302 ? { headers: { location: 'https://elsewhere.example' } } : {}),
      });
    }),
    listen: async () => {
      const server = await listen(async (request, response) => {
        const body = await readBody(request);
        const mood = next();
        if (mood === 'refuses connections') return void request.socket.destroy();
        if (mood === 'hangs') return;
        const status = mood < 300 ? take((name) => String(request.headers[name] ?? ''), body) : mood;
        response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
      });
      return {
        url: `${server.origin}/hook`,
        hostAndPort: server.host,
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      };
    },
  };
}

function isSigned(content: string, signatures: string, secret: string): boolean {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const expected = createHmac('sha256', key).update(content).digest();
  return signatures.split(' ').some((signature) => {
    const [version, encoded] = signature.split(',');
    const given = Buffer.from(encoded ?? '', 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
