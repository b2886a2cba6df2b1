/** The channel's public address. Who gives it whole is taken at their word. */
export function channelAddress(origin: string, tenantId: string, key: string): string {
  const base = origin.replace(/\/+$/, '');
  const path = `/v1/${tenantId}/${key}`;
  return base.endsWith(path) ? base : `${base}${path}`;
}
