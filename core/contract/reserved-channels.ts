/** What stands below `/v1/:tenant/` and is for operators. A channel of one of these names would hear nothing, so none may have it. */
export const reservedChannels = [
  'contacts',
  'conversations',
  'dead-letters',
  'documents',
  'events',
  'search',
  'unanswered',
  'usage',
  'webhook-log',
] as const;

export type ReservedChannel = (typeof reservedChannels)[number];

const reserved: ReadonlySet<string> = new Set(reservedChannels);

export function isReservedChannel(name: string): boolean {
  return reserved.has(name);
}
