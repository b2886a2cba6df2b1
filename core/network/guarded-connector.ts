import { buildConnector } from 'undici';
import type { AllowedPrivate } from './address-guard.ts';
import { outsideAddresses, type Resolve } from './target-guard.ts';

const connectTimeoutMs = 10_000;
const maxAddressesTried = 3;

/**
 * Opens the connections of outgoing requests. A name is resolved once, every address it has is checked, and the connection goes to a
 * checked address, never to the name: a second answer of DNS (rebinding) is not asked for. TLS still verifies the name.
 */
export function createGuardedConnector(allowed: AllowedPrivate, resolve: Resolve): buildConnector.connector {
  const connect = buildConnector({ timeout: connectTimeoutMs });

  const attempt = (options: buildConnector.Options, address: string) =>
    new Promise<buildConnector.Callback extends (...args: infer Args) => void ? Args[1] : never>((done, fail) => {
      connect({ ...options, hostname: address }, (error, socket) => (error === null ? done(socket) : fail(error)));
    });

  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    void (async () => {
      try {
        let failure: unknown;
        for (const address of (await outsideAddresses(options.hostname, port, allowed, resolve)).slice(
          0,
          maxAddressesTried,
        )) {
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
