import type { InboundMessage } from '../../contract/index.ts';
import type { MessageAuthor } from '../../store/messages.ts';
import { wordIn } from '../switch/switch-secret.ts';

const maxNameLength = 80;

/**
 * What is kept of the author with the message: in a group who it was, and of the word that moves a conversation by which address it
 * came. Anywhere else the conversation says it all.
 */
export function authorOf({ contact, audience, text }: InboundMessage): MessageAuthor | undefined {
  if (audience === undefined && wordIn(text ?? '') === undefined) return undefined;
  const { id, name, username, phone } = contact;
  const shown = name === undefined ? '' : shownName(name);
  return {
    id,
    ...(shown === '' ? {} : { name: shown }),
    ...(username === undefined ? {} : { username }),
    ...(phone === undefined ? {} : { phone }),
    ...(audience === undefined ? {} : { audience }),
  };
}

/** On one line: whoever is called "Ada\n\nBot" is not two. */
function shownName(name: string): string {
  return name
    .replace(/[\s\p{Cc}:]+/gu, ' ')
    .trim()
    .slice(0, maxNameLength)
    .toWellFormed();
}
