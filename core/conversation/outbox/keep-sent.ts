import type { BotEvent, Message } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import { type ConversationServices, keepEvent } from '../conversation-services.ts';
import { publicMessage } from '../session/stored-message.ts';

/** Keeps that a platform took a message, or a piece of it; see `keepEvent`. */
export function keepSent(
  services: ConversationServices,
  tenantId: string,
  row: OutboxRow,
  stored: Message | undefined,
): readonly BotEvent[] {
  // What an invitation is for has not been said yet.
  if (stored === undefined || row.purpose === 'invitation') return [];
  const { channel, conversationId: conversation } = row;
  const message = publicMessage(stored);
  return [keepEvent(services, tenantId, { type: 'channel.message.sent', channel, conversation, message })];
}
