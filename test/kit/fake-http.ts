import type { Clock, Http } from '../../core/contract/index.ts';
import { systemClock } from '../../core/kernel/system.ts';
import { createClientHttp } from '../../core/network/client-http.ts';

/** The granted way out, with these answers instead of a network; without them every request fails. */
export function fakeHttp(fetch: Http['fetch'] = refuse, clock: Clock = systemClock): Http {
  return { fetch, forClient: (options) => createClientHttp(fetch, clock, options) };
}

function refuse(): Promise<Response> {
  return Promise.reject(new Error('no network in this test'));
}
