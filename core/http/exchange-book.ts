import type { IncomingMessage } from 'node:http';
import type { Caller } from './caller.ts';
import { type Exchange, parseTarget } from './exchange.ts';

const foreignRequestId = /^[A-Za-z0-9._-]{8,64}$/;

/** The exchanges that are open now, so that `close` can end them. */
export interface ExchangeBook {
  /**
   * The exchange has the given id, or the one that a proxy of ours gave the request.
   * @throws PolyphonError HTP4004, HTP4012.
   */
  open(request: IncomingMessage, requestId: string): Exchange;
  /** Aborts what still works on it. */
  end(exchange: Exchange, reason: Error): void;
  /** It is answered. */
  close(exchange: Exchange): void;
  readonly openNow: readonly Exchange[];
}

export function createExchangeBook(readCaller: (request: IncomingMessage) => Caller): ExchangeBook {
  // No Set: V8 links the tables that one outgrows, and an old one kept each exchange in memory until a full collection, 4 kB each.
  const exchanges: Exchange[] = [];
  const remove = (exchange: Exchange): void => {
    const last = exchanges.at(-1);
    if (exchanges[exchange.place] !== exchange || last === undefined) return;
    exchanges[exchange.place] = last;
    last.place = exchange.place;
    exchanges.pop();
  };
  return {
    get openNow() {
      return [...exchanges];
    },
    open(request, requestId) {
      const caller = readCaller(request);
      const foreign = request.headers['x-request-id'];
      const controller = new AbortController();
      const exchange: Exchange = {
        request,
        requestId:
          caller.proxied && typeof foreign === 'string' && foreignRequestId.test(foreign) ? foreign : requestId,
        caller,
        ...parseTarget(request.url ?? ''),
        signal: controller.signal,
        abort: (reason) => controller.abort(reason),
        route: 'unmatched',
        phase: 'answering',
        place: exchanges.length,
      };
      exchanges.push(exchange);
      return exchange;
    },
    end(exchange, reason) {
      remove(exchange);
      exchange.abort(reason);
    },
    close: remove,
  };
}
