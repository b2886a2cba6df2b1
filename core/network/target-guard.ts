import { lookup } from 'node:dns/promises';
import { PolyphonError } from '../contract/index.ts';
import { type AllowedPrivate, addressIn, isInnerHost, isPublicAddress } from './address-guard.ts';
import { isBlockedPort } from './blocked-ports.ts';
import { unknownName } from './exchange-errors.ts';

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export const resolveBySystem: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, order: 'verbatim' })).map(({ address }) => address);

/** @throws PolyphonError NET6001, which names the host at most: what else an address holds may be a secret. */
export function parseTarget(target: string | URL, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(target, base);
  } catch {
    throw refused('Outgoing request: the address is not a URL. Correct it.');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refused('Outgoing request: the address is neither http nor https. Correct it.');
  }
  if (url.username !== '' || url.password !== '') {
    throw refused(
      `Outgoing request to ${url.hostname}: the address holds a user name or password. Send them in a header.`,
    );
  }
  if (url.hostname === '' || url.port === '0') {
    throw refused('Outgoing request: the address names no host and port. Correct it.');
  }
  return url;
}

/** What the address alone tells, before its name is asked for. @throws PolyphonError NET6001. */
export function requireOutside(url: URL, allowed: AllowedPrivate): void {
  const port = portOf(url);
  if (allowed.has(url.hostname, port)) return;
  if (isBlockedPort(port)) throw blockedPort(url.hostname, port);
  if (isInnerHost(url.hostname)) throw innerAddress(url.hostname, port);
}

/**
 * The addresses of a host, all of which may be reached.
 * @throws PolyphonError NET6001; NET6004 where nobody knows the name; what the resolver throws else.
 */
export async function outsideAddresses(
  hostname: string,
  port: number,
  allowed: AllowedPrivate,
  resolve: Resolve,
): Promise<readonly string[]> {
  const literal = addressIn(hostname);
  const addresses = literal === undefined ? await resolved(hostname, resolve) : [literal];
  if (allowed.has(hostname, port)) return addresses;
  // One inner address among public ones is how rebinding begins, so all must be public.
  if (!addresses.every(isPublicAddress)) throw innerAddress(hostname, port);
  return addresses;
}

/** Whether a request may go there at all; what is there is not asked. @throws as `requireOutside` and `outsideAddresses`. */
export async function requireWayOut(target: string, allowed: AllowedPrivate, resolve = resolveBySystem): Promise<void> {
  const url = parseTarget(target);
  requireOutside(url, allowed);
  await outsideAddresses(url.hostname, portOf(url), allowed, resolve);
}

function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}

async function resolved(hostname: string, resolve: Resolve): Promise<readonly string[]> {
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
}

/** Names host and port, as they are to be written in the settings, and nothing else of the address. */
function innerAddress(hostname: string, port: number): PolyphonError {
  const place = `${hostname}:${port}`;
  return refused(
    `Outgoing request to ${place}: the address is not on the public internet. Where it is meant, add ${place} to http.allowPrivate in config/polyphon.yaml.`,
  );
}

function blockedPort(hostname: string, port: number): PolyphonError {
  const place = `${hostname}:${port}`;
  return refused(
    `Outgoing request to ${place}: the port belongs to a service that does not speak HTTP. Where it is meant, add ${place} to http.allowPrivate in config/polyphon.yaml.`,
  );
}

/** Before anything is written there. */
function refused(message: string): PolyphonError {
  return new PolyphonError('NET6001', message, { data: { sent: 'no' } });
}
