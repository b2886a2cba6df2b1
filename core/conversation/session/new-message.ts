import type { Message, Random } from '../../contract/index.ts';
import { isoTime } from '../iso-time.ts';

/** A message that is about to be stored. What is not told of it is empty. */
export function newMessage(
  random: Random,
  said: Pick<Message, 'role' | 'text' | 'channel'> &
    Partial<Pick<Message, 'attachments' | 'actions' | 'citations' | 'author' | 'quotes'>> & { readonly atMs: number },
): Message {
  const { role, text, channel, attachments = [], actions = [], citations = [], atMs } = said;
  const createdAt = isoTime(atMs);
  return {
    ...{ id: random.id('msg'), role, text, attachments, actions, citations, channel, createdAt },
    ...(said.author === undefined ? {} : { author: said.author }),
    ...(said.quotes === undefined ? {} : { quotes: said.quotes }),
  };
}
