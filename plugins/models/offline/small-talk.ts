import type { Lexicon } from './lexicon.ts';
import type { SmallTalk } from './phrases/phrasebook.ts';
import { isContent } from './question.ts';
import { wordsOf } from './words.ts';

/** What a message says when it says nothing else; a greeting before a question is no small talk. */
export function smallTalkOf(spacedText: string, lexicon: Lexicon): SmallTalk | undefined {
  let rest = spacedText;
  let found: SmallTalk | undefined;
  for (const [kind, pattern] of lexicon.smallTalk) {
    const without = rest.replace(pattern, '');
    if (without === rest) continue;
    found ??= kind;
    rest = ` ${without.replace(/\s+/g, ' ').trim()} `;
  }
  if (found === undefined) return undefined;
  rest = rest.replace(lexicon.fillers, '').trim();
  return wordsOf(rest).some((word) => isContent(word, lexicon)) ? undefined : found;
}
