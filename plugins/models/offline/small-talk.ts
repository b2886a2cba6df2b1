import { type Lexicon, smallTalkKinds } from './lexicon.ts';
import type { SmallTalk } from './phrases/phrasebook.ts';
import { isContent } from './question.ts';
import { wordsOf } from './words.ts';

/** What a message says when it says nothing else; a greeting before a question is no small talk. */
export function smallTalkOf(spacedText: string, lexicon: Lexicon): SmallTalk | undefined {
  const found = new Set<SmallTalk>();
  const rest = spacedText.replace(lexicon.smallTalk.pattern, (phrase) => {
    const kind = lexicon.smallTalk.kinds.get(phrase);
    if (kind !== undefined) found.add(kind);
    return '';
  });
  if (found.size === 0) return undefined;
  const left = ` ${rest.replace(/\s+/g, ' ').trim()} `.replace(lexicon.fillers, '');
  if (wordsOf(left).some((word) => isContent(word, lexicon))) return undefined;
  return smallTalkKinds.find((kind) => found.has(kind));
}
