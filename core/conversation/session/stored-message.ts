import type { Message } from '../../contract/index.ts';

/** A stored message without what only the store needs. */
export function publicMessage(stored: Message): Message {
  const { id, role, text, attachments, actions, citations, channel, createdAt, author, quotes } = stored;
  return {
    ...{ id, role, text, attachments, actions, citations, channel, createdAt },
    ...(author === undefined ? {} : { author }),
    ...(quotes === undefined ? {} : { quotes }),
  };
}
