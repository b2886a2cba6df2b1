import { type Clock, type Http, type HttpOptions, type Logger, PolyphonError } from '../../core/contract/index.ts';
import { createHttp } from '../../core/network/http-client.ts';
import { fromShop } from './channel-suite-shop.ts';
import { fakeHttp } from './fake-http.ts';
import { listen } from './listening-server.ts';

/** What was tried to go out: address, headers and body as one text. */
export interface WentOut {
  readonly host: string;
  readonly words: string;
}

/** The way out of one channel: to its platform and to the shop, unless a check has put something else in its way. */
export class SuiteWire implements AsyncDisposable {
  /** For the channel. */
  readonly http: Http;
  readonly wentOut: WentOut[] = [];
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #network: Http & AsyncDisposable;
  readonly #refused: Set<string>;
  #fetch: Http['fetch'];

  /** @param refused Gets what the address guard refuses. */
  constructor(hosts: readonly string[], clock: Clock, log: Logger, refused: Set<string>) {
    this.#clock = clock;
    this.#log = log;
    this.#refused = refused;
    this.#network = createHttp({ allowPrivate: hosts, clock, log });
    this.#fetch = this.#network.fetch;
    this.http = fakeHttp((url, request) => this.#go(url, request), clock);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#network[Symbol.asyncDispose]());
  }

  /** Runs while nobody listens where the platform was: connections are refused by this machine itself. */
  async whileUnreachable<T>(run: () => Promise<T>): Promise<T> {
    const nobody = await listen(async () => {});
    await nobody[Symbol.asyncDispose]();
    await using http = createHttp({ allowPrivate: [nobody.host], clock: this.#clock, log: this.#log });
    return await this.#instead((_, request) => http.fetch(nobody.origin, request), run);
  }

  /** Runs while everything is answered with this. */
  whileAnswered<T>(status: number, run: () => Promise<T>): Promise<T> {
    return this.#instead(async () => Response.json({}, { status }), run);
  }

  /** Runs while nothing is answered. `asked` resolves with the first request. */
  async whileSilent<T>(run: (asked: Promise<void>) => Promise<T>): Promise<T> {
    const asked = Promise.withResolvers<void>();
    const over = new AbortController();
    const silence: Http['fetch'] = (_, { signal }) => {
      asked.resolve();
      const ends = AbortSignal.any([signal, over.signal]);
      return new Promise((_, reject) => {
        if (ends.aborted) reject(ends.reason);
        else ends.addEventListener('abort', () => reject(ends.reason), { once: true });
      });
    };
    try {
      return await this.#instead(silence, () => run(asked.promise));
    } finally {
      over.abort(new Error('The platform is silent.'));
    }
  }

  async #instead<T>(fetch: Http['fetch'], run: () => Promise<T>): Promise<T> {
    const before = this.#fetch;
    this.#fetch = fetch;
    try {
      return await run();
    } finally {
      this.#fetch = before;
    }
  }

  async #go(url: string | URL, request: HttpOptions): Promise<Response> {
    const { headers = {}, body = '', method } = request;
    const text = typeof body === 'string' ? body : Buffer.from(body).toString('latin1');
    const host = URL.canParse(url) ? new URL(url).host : '';
    this.wentOut.push({ host, words: [String(url), ...Object.values(headers), text].join('\n') });
    try {
      return (host === '' ? undefined : fromShop(String(url), method)) ?? (await this.#fetch(url, request));
    } catch (error) {
      if (error instanceof PolyphonError && error.code === 'NET6001' && host !== '') this.#refused.add(host);
      throw error;
    }
  }
}
