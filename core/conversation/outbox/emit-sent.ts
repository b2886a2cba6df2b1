import type { StoredMessage } from '../../store/messages.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import { type ConversationServices, emitEvent } from '../conversation-services.ts';
import { publicMessage } from '../session/stored-message.ts';

/** Tells that a platform took a message, or a piece of it. */
export function emitSent(
  services: ConversationServices,
  tenantId: string,
  row: OutboxRow,
  stored: StoredMessage | undefined,
): void {
  // What an invitation is for has not been said yet.
  if (stored === undefined || row.purpose === 'invitation') return;
  const { channel, conversationId: conversation } = row;
  emitEvent(services, tenantId, {
    type: 'channel.message.sent',
    channel,
    conversation,
    message: publicMessage(stored),
  });
}
