import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import { PolyphonError } from '../contract/index.ts';

/** Who asks, and under which name of ours. */
export interface Caller {
  /** Without the IPv4-in-IPv6 prefix. */
  readonly remoteAddress: string;
  /** `https://bot.example`: `server.publicOrigin`, or what the caller typed where none is set or the caller is local. Signatures are checked on it. */
  readonly origin: string;
  /**
   * The caller is on this machine and means this machine: the connection comes from a loopback address, no proxy stands between,
   * and the Host header is a loopback name (a page of a stranger that resolves its own name to 127.0.0.1 fails here).
   */
  readonly local: boolean;
  /** The connection comes from a proxy of ours, so that its headers are believed. */
  readonly proxied: boolean;
  /** The Host header cannot be a stranger's name that was made to resolve to us: a loopback name, an IP address, or our own. */
  readonly hostIsOurs: boolean;
}

export interface CallerOptions {
  /** Addresses or CIDR ranges whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly publicOrigin?: string | undefined;
}

const hostShape = /^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)\.?(?::\d{1,5})?$/i;
const loopbackName = /^(?:localhost|[a-z0-9-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;
/** Health checks of old load balancers speak HTTP/1.0 and name no host; Node refuses HTTP/1.1 without one. */
const nameless = 'unnamed.invalid';
const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'] as const;

/**
 * @throws PolyphonError HTP4015 for a range that is none.
 * @throws PolyphonError HTP4004 from the returned function when the Host header is not a host.
 */
export function createCallerReader(options: CallerOptions): (request: IncomingMessage) => Caller {
  const trusted = options.trustedProxies.map(parseRange);
  const isTrusted = (address: string) => trusted.length > 0 && trusted.some((range) => contains(range, address));
  const publicOrigin = options.publicOrigin === undefined ? undefined : new URL(options.publicOrigin);

  return (request) => {
    const peer = plainAddress(request.socket.remoteAddress ?? '');
    const peerTrusted = isTrusted(peer);
    const remoteAddress = peerTrusted ? clientBehind(peer, header(request, 'x-forwarded-for'), isTrusted) : peer;
    const host =
      (peerTrusted ? lastOf(header(request, 'x-forwarded-host')) : undefined) ?? request.headers.host ?? nameless;
    if (!hostShape.test(host)) {
      throw new PolyphonError('HTP4004', 'Host header: it is not a host name. Send the name and port of this server.');
    }
    const hostName = host.replace(/:\d+$/, '').replace(/\.$/, '');
    const protocol = peerTrusted && lastOf(header(request, 'x-forwarded-proto')) === 'https' ? 'https' : 'http';
    const forwarded = !peerTrusted && forwardingHeaders.some((name) => request.headers[name] !== undefined);
    const hostIsLoopback = loopbackName.test(hostName);
    const local = isLoopback(remoteAddress) && !forwarded && hostIsLoopback;
    const typed = `${protocol}://${host.toLowerCase()}`;
    return {
      remoteAddress,
      origin: local ? typed : (publicOrigin?.origin ?? typed),
      proxied: peerTrusted,
      local,
      hostIsOurs:
        hostIsLoopback ||
        ipaddr.isValid(hostName.replace(/^\[|\]$/g, '')) ||
        hostName.toLowerCase() === publicOrigin?.hostname,
    };
  };
}

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

function parseRange(text: string): Range {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text);
    const address = ipaddr.process(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch (cause) {
    throw new PolyphonError(
      'HTP4015',
      'Setting server.trustedProxies: an entry is neither an address nor a range. Write 10.0.0.7 or 10.0.0.0/8.',
      { cause },
    );
  }
}

function contains([network, bits]: Range, text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  return address.kind() === network.kind() && address.match(network, bits);
}

/** The rightmost address that no proxy of ours added: what is further left was written by the caller. */
function clientBehind(peer: string, forwardedFor: string | undefined, isTrusted: (address: string) => boolean): string {
  let client = peer;
  for (const hop of (forwardedFor ?? '').split(',').reverse()) {
    const address = plainAddress(withoutPort(hop.trim()));
    if (!ipaddr.isValid(address)) break;
    client = address;
    if (!isTrusted(address)) break;
  }
  return client;
}

/** Some proxies write `203.0.113.9:4711` and `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  return hop.replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1').replace(/^\[(.+)\](?::\d+)?$/, '$1');
}

function plainAddress(text: string): string {
  return text.startsWith('::ffff:') && text.includes('.') ? text.slice(7) : text;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

function lastOf(list: string | undefined): string | undefined {
  return list?.split(',').at(-1)?.trim();
}
