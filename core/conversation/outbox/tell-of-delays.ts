import type { OutboxRow } from '../../store/outbox.ts';
import type { ConversationServices } from '../conversation-services.ts';

type Told = Pick<OutboxRow, 'id' | 'channel'>;

/**
 * An answer that nobody gets is seen by nobody who is at the server, unless the log says so. Nothing of what was said stands there, and
 * not to whom.
 */
export function tellOfLoss(services: ConversationServices, tenantId: string, row: Told, reason: string): void {
  warn(services, tenantId, row, reason, 'a message was given up; `polyphon dead-letters` lists it and sends it again');
}

export function tellOfDelay(services: ConversationServices, tenantId: string, row: Told, reason: string): void {
  warn(services, tenantId, row, reason, 'a platform does not take a message, which waits and is tried again');
}

function warn({ log }: ConversationServices, tenant: string, { id, channel }: Told, reason: string, what: string) {
  log.warn(what, { tenant, channel, letter: id, reason });
}
