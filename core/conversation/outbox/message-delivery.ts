import type { MessageDelivery } from '../../contract/index.ts';
import type { TenantStore } from '../../store/tenant-store.ts';

/** What needs attention first, then by how far it has come. */
export const deliveryStates = [
  'dead',
  'failed',
  'uncertain',
  'dismissed',
  'waiting',
  'sending',
  'accepted',
  'sent',
  'delivered',
  'read',
] as const satisfies readonly MessageDelivery['status'][];

/** Of a message in pieces: how it is with the piece that is worst off. */
export function deliveryOf({ outbox, deliveryStatuses }: TenantStore, messageId: string): MessageDelivery | undefined {
  const rows = outbox.ofMessage(messageId).filter(({ purpose }) => purpose !== 'invitation');
  const pieces = rows.map((row): MessageDelivery => {
    const told = row.providerMessageId === null ? undefined : deliveryStatuses.find(row.channel, row.providerMessageId);
    if (told !== undefined && (row.state !== 'dismissed' || told.status !== 'failed')) {
      return {
        status: told.status,
        ...(told.reason === null ? {} : { reason: told.reason }),
        at: new Date(told.at).toISOString(),
      };
    }
    const status = row.state === 'delivered' ? 'accepted' : row.state;
    return {
      status,
      ...(row.reason === null ? {} : { reason: row.reason }),
      ...(status === 'waiting' && row.dueAt > 0 ? { due: new Date(row.dueAt).toISOString() } : {}),
    };
  });
  const worst = pieces.toSorted(
    (one, other) => deliveryStates.indexOf(one.status) - deliveryStates.indexOf(other.status),
  )[0];
  if (worst === undefined) return undefined;
  const notes = rows.flatMap(({ state, note }) => (state === 'delivered' && note !== null ? [note] : []));
  return {
    ...worst,
    ...(notes.length === 0 ? {} : { note: notes.join(' + ') }),
    ...(rows.some(({ resends }) => resends > 0) ? { repeated: true } : {}),
  };
}
