import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Clock, PolyphonError } from '../contract/index.ts';
import type { Exchange } from './exchange.ts';
import { HttpRefusal } from './problem.ts';

/** Who may use the routes of operators. */
export interface OperatorAuth {
  /**
   * Lets through who carries an operator token. Where none is configured and `withoutToken` says so: who works on this machine, provided
   * the request does not come from a page of another site. Anyone else is refused.
   * @throws PolyphonError HTP4005, HTP4007, HTP4013.
   */
  require(exchange: Exchange): void;
  /** As `require`, and also takes the token as the password of Basic authorisation: browsers ask a person for it. */
  requireInBrowser(exchange: Exchange): void;
}

export interface OperatorAuthOptions {
  readonly tokens: readonly string[];
  /**
   * Who is let in where no token is configured. A proxy on this machine may pass strangers on with nothing that tells them from its
   * owner (nginx does by default), so `this machine` is for development only.
   */
  readonly withoutToken: 'nobody' | 'this machine';
  readonly clock: Clock;
}

/** Wrong tokens from one address in one minute, after which it is not listened to for the rest of that minute. */
const maxWrong = 20;
const wrongWindowMs = 60_000;
const maxAddresses = 10_000;

export function createOperatorAuth({ tokens, withoutToken, clock }: OperatorAuthOptions): OperatorAuth {
  const digests = tokens.filter((token) => token !== '').map(digest);
  const wrong = createWrongTokens(clock);

  const decide = (exchange: Exchange, presented: string | undefined, challenge: string): void => {
    if (presented !== undefined && digests.length > 0) {
      wrong.refuse(exchange.caller.remoteAddress);
      const candidate = digest(presented);
      let found = 0;
      // All are compared, so that time does not tell which one was nearest.
      for (const known of digests) found |= Number(timingSafeEqual(known, candidate));
      if (found === 1) return;
      wrong.count(exchange.caller.remoteAddress);
    }
    if (digests.length === 0 && withoutToken === 'this machine' && exchange.caller.local) {
      refuseForeignPage(exchange);
      return;
    }
    const next =
      digests.length === 0
        ? 'None is configured: set POLYPHON_ADMIN_TOKEN, or admin.tokens in config/polyphon.yaml, and send it'
        : 'Send one of the configured ones';
    throw new HttpRefusal(
      'HTP4005',
      `Operator token: it is missing or wrong. ${next} as "Authorization: Bearer <token>".`,
      {
        'www-authenticate': challenge,
      },
    );
  };

  return {
    require: (exchange) => decide(exchange, bearerOf(exchange.request), 'Bearer realm="polyphon operators"'),
    requireInBrowser: (exchange) =>
      decide(
        exchange,
        bearerOf(exchange.request) ?? basicPasswordOf(exchange.request),
        'Basic realm="Polyphon: the password is an operator token", charset="UTF-8"',
      ),
  };
}

/** A page elsewhere may send requests to this machine; browsers say so. */
export function refuseForeignPage(exchange: Exchange): void {
  const { origin, 'sec-fetch-site': site } = exchange.request.headers;
  if (site === 'cross-site' || site === 'same-site' || (origin !== undefined && origin !== exchange.caller.origin)) {
    throw new PolyphonError(
      'HTP4007',
      'Request: it comes from a page of another site. Open the page from this server.',
    );
  }
}

function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
}

function basicPasswordOf(request: IncomingMessage): string | undefined {
  const encoded = /^Basic +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

function createWrongTokens(clock: Clock) {
  let windowStartMs = clock.monotonicMs();
  const counts = new Map<string, number>();
  return {
    refuse(address: string): void {
      const elapsedMs = clock.monotonicMs() - windowStartMs;
      if (elapsedMs >= wrongWindowMs) {
        windowStartMs = clock.monotonicMs();
        counts.clear();
      }
      if ((counts.get(address) ?? 0) < maxWrong) return;
      throw new PolyphonError('HTP4013', 'Operator token: too many wrong ones came from this address. Wait a minute.', {
        retryAfterMs: Math.max(1000, wrongWindowMs - elapsedMs),
      });
    },
    count(address: string): void {
      if (counts.size < maxAddresses || counts.has(address)) counts.set(address, (counts.get(address) ?? 0) + 1);
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
