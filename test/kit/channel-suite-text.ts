import type { OutboundMessage } from '../../core/contract/index.ts';

const family = '👩‍👩‍👧‍👦';

/** Words of exactly so many characters, without a mark that a format could take for its own. */
export function wordsOf(length: number): string {
  return 'lorem ipsum '
    .repeat(Math.ceil(length / 12))
    .slice(0, length - 1)
    .concat('z');
}

/** At most so many characters, and hardly a place in it where it may be cut; the letters keep round limits out of those places. */
export function families(length: number): string {
  const begin = 'ABC'.slice(0, length);
  return begin + family.repeat(Math.max(0, Math.floor((length - begin.length) / family.length)));
}

/** Whether the pieces hold all that people see of a text, in its order, and none begins or ends within a sign. Blanks may differ. */
export function isWhole(pieces: readonly string[], text: string): boolean {
  return JSON.stringify(pieces.flatMap(signsOf)) === JSON.stringify(signsOf(text));
}

/** What people see as one sign each, without blanks. */
export function signsOf(text: string): readonly string[] {
  return [...signs.segment(text)].map(({ segment }) => segment).filter((sign) => sign.trim() !== '');
}

const signs = new Intl.Segmenter('en', { granularity: 'grapheme' });

export function actionsOf(count: number): OutboundMessage['actions'] {
  return Array.from({ length: count }, (_, index) => ({ id: `a${index}`, label: `Choice ${index}` }));
}
