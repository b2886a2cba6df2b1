import { describe, expect, it } from 'vitest';
import { splitCompounds } from '../../../core/knowledge/compounds.ts';
import { questionWords, termsOf } from '../../../core/knowledge/terms.ts';

/** The words by which a question is looked up where each of `chunks` holds these words. */
async function lookedUp(question: string, chunks: readonly string[], languages: readonly string[] = ['de']) {
  const stems = chunks.map((text) => new Set(languages.flatMap((tag) => termsOf(text, tag).words)));
  let pairs = 0;
  const words = await splitCompounds(questionWords(question, languages), languages, {
    holds: (word) => stems.some((chunk) => word.stems.some((stem) => chunk.has(stem))),
    together: async (asked) => {
      pairs += asked.length;
      return new Set(asked.filter(([a, b]) => stems.some((chunk) => chunk.has(a) && chunk.has(b))));
    },
  });
  return { texts: words.map(({ text }) => text), pairs };
}

describe('a compound of the question that no chunk holds', () => {
  it.each([
    ['as it is', 'Schichtarbeit', 'Die Arbeit in Schichten', ['schicht', 'arbeit']],
    ['with a letter between', 'Urlaubsanspruch', 'Der Anspruch auf Urlaub', ['urlaubs', 'anspruch']],
    ['in another number', 'Reifenwechsel', 'Der Wechsel eines Reifens', ['reifen', 'wechsel']],
  ])('is looked up by its parts where they stand together: %s', async (_what, question, chunk, parts) => {
    expect((await lookedUp(question, [chunk])).texts).toEqual(parts);
  });

  it('stays whole where its parts stand in different chunks, for then it is likely not there', async () => {
    expect((await lookedUp('Hundesteuer', ['Hunde an die Leine.', 'Beratung zu Steuern'])).texts).toEqual([
      'hundesteuer',
    ]);
  });

  it('stays whole where a chunk holds it', async () => {
    const { texts, pairs } = await lookedUp('Schichtarbeit', ['Schichtarbeit', 'Arbeit in Schichten']);
    expect(texts).toEqual(['schichtarbeit']);
    expect(pairs).toBe(0);
  });

  it('is taken apart once, beside the words that are asked for themselves', async () => {
    const { texts } = await lookedUp('Arbeit als Schichtarbeit?', ['Arbeit in Schichten']);
    expect(texts.filter((text) => text === 'arbeit')).toHaveLength(1);
    expect(texts).toContain('schicht');
  });
});

it.each([
  ['in a language that writes its words apart', 'afternoon', ['after noon'], ['en']],
  ['that is short', 'Abtei', ['ab tei'], ['de']],
  ['with a number', 'schicht12arbeit', ['schicht 12 arbeit'], ['de']],
  ['in another script', 'теплоходстанция', ['теплоход станция'], ['de', 'ru']],
])('a word %s is not looked into', async (_what, question, chunks, languages) => {
  expect((await lookedUp(question, chunks, languages)).pairs).toBe(0);
});
