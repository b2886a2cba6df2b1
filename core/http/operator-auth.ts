import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './problem.ts';

export interface OperatorAuth {
  /** Whether the request carries an operator token. Takes the same time whichever token is wrong, and where. */
  holds(request: IncomingMessage): boolean;
  /** @throws PolyphonError HTP4005 with what to do. */
  require(request: IncomingMessage): void;
}

export function createOperatorAuth(tokens: readonly string[]): OperatorAuth {
  const digests = tokens.filter((token) => token !== '').map(digest);
  const holds = (request: IncomingMessage): boolean => {
    const presented = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (presented === undefined) return false;
    const candidate = digest(presented);
    let found = 0;
    for (const known of digests) found |= Number(timingSafeEqual(known, candidate));
    return found === 1;
  };
  return {
    holds,
    require(request) {
      if (holds(request)) return;
      const next =
        digests.length === 0
          ? 'None is configured: set POLYPHON_ADMIN_TOKEN, or admin.tokens in config/polyphon.yaml, and send it'
          : 'Send one of the configured ones';
      throw new HttpRefusal('HTP4005', `Operator token: it is missing or wrong. ${next} as "Authorization: Bearer <token>".`, {
        'www-authenticate': 'Bearer realm="polyphon operators"',
      });
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
