import type { OutboxRow } from '../../store/outbox.ts';
import type { EventBody } from '../conversation-services.ts';

/** That a message, or a piece of it, will not arrive or may not have arrived. */
export function deliveryFailed(
  { channel, conversationId: conversation, messageId }: OutboxRow,
  reason: string,
): EventBody {
  return { type: 'delivery.failed', channel, conversation, messageId, reason };
}
