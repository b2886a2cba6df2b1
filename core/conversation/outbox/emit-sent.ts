import type { OutboxRow } from '../../store/outbox.ts';
import { type ConversationServices, emitEvent } from '../conversation-services.ts';
import { publicMessage } from '../session/stored-message.ts';

/** Tells that a platform took a message, or a piece of it. */
export function emitSent(services: ConversationServices, tenantId: string, row: OutboxRow): void {
  // What it was for has not been said yet.
  if (row.purpose === 'invitation') return;
  const stored = services.store.forTenant(tenantId).messages.byId(row.messageId);
  if (stored === undefined) return;
  const { channel, conversationId: conversation } = row;
  emitEvent(services, tenantId, {
    type: 'channel.message.sent',
    channel,
    conversation,
    message: publicMessage(stored),
  });
}
