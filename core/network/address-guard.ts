import ipaddr from 'ipaddr.js';

/** Public by their range, yet answered by a cloud's own host (Azure's wire server). */
const innerServices: ReadonlySet<string> = new Set(['168.63.129.16']);
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

export interface AllowedPrivate {
  has(hostname: string, port: number): boolean;
}

/** @param entries `host:port` as in `http.allowPrivate`; IPv6 in brackets. */
export function createAllowedPrivate(entries: readonly string[]): AllowedPrivate {
  // Brackets of IPv6 come and go between URLs and connections.
  const plain = (entry: string) => entry.trim().toLowerCase().replaceAll(/[[\]]/g, '');
  const known = new Set(entries.map(plain));
  return { has: (hostname, port) => known.has(plain(`${hostname}:${port}`)) };
}

/**
 * Whether an address lies on the public internet. Everything else is refused: loopback, private, link-local (cloud metadata),
 * carrier-grade NAT, multicast, reserved, documentation, and IPv6 forms that carry such an IPv4 address inside (mapped, NAT64, 6to4,
 * Teredo, IPv4-compatible).
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  // `process` unwraps ::ffff:a.b.c.d.
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address.range() === 'unicast' && !innerServices.has(address.toString());
  const six = address as ipaddr.IPv6;
  // Networks without IPv4 reach the public one through 64:ff9b::/96; what counts is the address inside.
  if (six.range() === 'rfc6052') return isPublicAddress(six.toByteArray().slice(12).join('.'));
  return six.range() === 'unicast' && six.match(globalUnicast);
}

/** The host of a URL as an address, without brackets and zone; undefined when it is a name. */
export function addressIn(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return ipaddr.isValid(bare) ? bare : undefined;
}

/** Whether the host of a URL alone tells that it is not on the public internet; of most names only a resolver knows. */
export function isInnerHost(hostname: string): boolean {
  const address = addressIn(hostname);
  if (address !== undefined) return !isPublicAddress(address);
  return /(?:^|\.)(?:localhost|local|internal|intranet|home\.arpa)\.?$/i.test(hostname);
}
