import { lookup } from 'node:dns/promises';
import { buildConnector } from 'undici';
import { PolyphonError } from '../contract/index.ts';
import { type AllowedPrivate, addressIn, isPublicAddress } from './address-guard.ts';
import { unknownName } from './exchange-errors.ts';

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

const connectTimeoutMs = 10_000;
const maxAddressesTried = 3;

export const resolveBySystem: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, order: 'verbatim' })).map(({ address }) => address);

/**
 * Opens the connections of outgoing requests. A name is resolved once, every address it has is checked, and the connection goes to a
 * checked address, never to the name: a second answer of DNS (rebinding) is not asked for. TLS still verifies the name.
 */
export function createGuardedConnector(allowed: AllowedPrivate, resolve: Resolve): buildConnector.connector {
  const connect = buildConnector({ timeout: connectTimeoutMs });

  const checked = async (hostname: string, port: number): Promise<readonly string[]> => {
    const literal = addressIn(hostname);
    const addresses = literal === undefined ? await known(hostname) : [literal];
    if (allowed.has(hostname, port)) return addresses;
    // One inner address among public ones is how rebinding begins, so all must be public.
    if (!addresses.every(isPublicAddress)) throw innerAddress(hostname, port);
    return addresses;
  };

  const known = async (hostname: string): Promise<readonly string[]> => {
    let addresses: readonly string[];
    try {
      addresses = await resolve(hostname);
    } catch (error) {
      // Any other failure may be over in a moment.
      if (error instanceof Error && 'code' in error && error.code === 'ENOTFOUND') throw unknownName(hostname, error);
      throw error;
    }
    if (addresses.length === 0) throw unknownName(hostname);
    return addresses;
  };

  const attempt = (options: buildConnector.Options, address: string) =>
    new Promise<buildConnector.Callback extends (...args: infer Args) => void ? Args[1] : never>((done, fail) => {
      connect({ ...options, hostname: address }, (error, socket) => (error === null ? done(socket) : fail(error)));
    });

  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    void (async () => {
      try {
        let failure: unknown;
        for (const address of (await checked(options.hostname, port)).slice(0, maxAddressesTried)) {
          try {
            const socket = await attempt(options, address);
            if (socket !== null) return callback(null, socket);
          } catch (error) {
            failure = error;
          }
        }
        throw failure;
      } catch (error) {
        callback(error instanceof Error ? error : new Error('The connection failed.', { cause: error }), null);
      }
    })();
  };
}

/** Names host and port, as they are to be written in the settings, and nothing else of the address. */
export function innerAddress(hostname: string, port: number): PolyphonError {
  const place = `${hostname}:${port}`;
  return new PolyphonError(
    'NET6001',
    `Outgoing request to ${place}: the address is not on the public internet. Where it is meant, add ${place} to http.allowPrivate in config/polyphon.yaml.`,
  );
}
