import type { Passage } from 'polyphon/plugin';
import { describe, expect, it } from 'vitest';
import { answerOf, offlineModel, requestFor } from './ask.ts';
import { type Case, unknown } from './cases/case.ts';
import { german } from './cases/de.ts';
import { english, englishDocuments } from './cases/en.ts';
import { spanish, spanishDocuments } from './cases/es.ts';
import { french, frenchDocuments } from './cases/fr.ts';
import { hebrew, hebrewDocuments } from './cases/he.ts';
import { russian, russianDocuments } from './cases/ru.ts';
import { passage, retrieve, sonnenwerkPassages } from './sonnenwerk-passages.ts';

const model = offlineModel();

function passagesOf(documents: readonly (readonly [string, string, string])[], language: string): readonly Passage[] {
  return documents.map(([title, heading, text]) => ({ ...passage(title, title, [title, heading], text), language }));
}

const corpora: readonly (readonly [string, readonly Passage[], readonly Case[]])[] = [
  ['de', sonnenwerkPassages(), german],
  ['en', passagesOf(englishDocuments, 'en'), english],
  ['fr', passagesOf(frenchDocuments, 'fr'), french],
  ['es', passagesOf(spanishDocuments, 'es'), spanish],
  ['ru', passagesOf(russianDocuments, 'ru'), russian],
  ['he', passagesOf(hebrewDocuments, 'he'), hebrew],
];

describe.each(corpora)('in %s', (language, passages, cases) => {
  it.each(cases.map(([question, expected]) => [[question].flat(), expected] as const))(
    '%j -> %s',
    async (turns, expected) => {
      const messages = turns.map((text) => ({ role: 'contact', text }) as const);
      const query = [model.rewriteQuery?.(messages, language) ?? ''].flat().join(' ');
      // More passages than a bot retrieves, and where the corpus is small all of them: the model must tell them apart.
      const found = passages.length > 20 ? retrieve(passages, query, 8) : passages;
      const answer = await answerOf(model, requestFor(messages, { passages: found, language }));
      if (expected === unknown) expect(answer).toBe('[unknown]');
      else {
        expect(answer).toContain(expected);
        expect(answer.match(/\[\d+\]/g)?.length).toBeLessThanOrEqual(3);
      }
    },
  );
});
