import type { Message } from '../../contract/index.ts';
import type { StreamEventBody } from './session-stream.ts';

export const noUsage = { inputTokens: 0, outputTokens: 0 };

/** What a stream shows of a message that no model has written. Outside a turn its own id stands where a reply names its turn. */
export function saidEvent(message: Message, turn = message.id): StreamEventBody {
  return { type: 'reply.completed', turn, message, citations: [], usage: noUsage };
}
