import { describe, expect, it } from 'vitest';
import { indexPhrases, withoutPhrase } from '../../../../plugins/models/offline/phrase-index.ts';
import { spaced } from '../../../../plugins/models/offline/words.ts';

const phrases = indexPhrases('where are you|where are you located|Wo finde ich Sie|où');
const rest = (text: string) => withoutPhrase(spaced(text), phrases)?.trim();

describe('phrases', () => {
  it.each([
    ['Where are you?', ''],
    ['Hello, where are you located today?', 'hello today'],
    ['wo finde ich sie?', ''],
    ['Où', ''],
  ])('are taken out whole, the longest first: %s', (text, left) => {
    expect(rest(text)).toBe(left);
  });

  it.each(['', 'where', 'somewhere are you', 'where are your shops'])('are no parts of words: %s', (text) => {
    expect(rest(text)).toBeUndefined();
  });

  it('may be none', () => {
    expect(withoutPhrase(' anything ', indexPhrases(''))).toBeUndefined();
  });
});
