import type { Corpus, Passage } from '../../core/contract/index.ts';
import { listSource, never, openHashed, openKnowledge, openRetrieval } from '../core/knowledge/tenant-knowledge.ts';
import { type Bench, type Figure, quantile } from './measure.ts';
import { readXquad, type XquadQuestion } from './xquad.ts';

const modes = [
  ['words and vectors', {}],
  ['vectors only', { hybrid: false }],
  ['words only', { vectorWeight: 0 }],
] as const;
const minScore = 0.35;
const tenantId = 'xquad';
const fileOf = (paragraph: number) => `p${paragraph}.txt`;

/**
 * Recall on XQuAD (240 paragraphs, 1,190 questions) with what a bot has by default, with one typing error a word, and how well the
 * score tells questions that the documents answer from those they do not: for the latter the answer's paragraph is left out.
 */
export const bench: Bench = {
  name: 'retrieval-quality',
  run: async () => {
    const figures: Figure[] = [];
    for (const language of ['en', 'de', 'es']) figures.push(...(await measure(language)));
    return figures;
  },
};

async function measure(language: string): Promise<readonly Figure[]> {
  const { paragraphs, questions } = await readXquad(language);
  await using knowledge = await openKnowledge();
  const embedding = await openHashed();
  const files = paragraphs.map((content, at) => ({ id: fileOf(at), content, mediaType: 'text/plain' }));
  const sources = new Map([['paragraphs', listSource(files)]]);
  await knowledge.knowledge.ingest({ tenantId, sources, embedding, languages: [language] }, { mode: 'apply' }, never);
  const figures: Figure[] = [];
  for (const [name, config] of modes) {
    await using open = await openRetrieval(knowledge, tenantId, { config: { topK: 10, ...config }, embedding });
    const times: number[] = [];
    const search = async (text: string) => {
      const from = performance.now();
      const found = await open.retrieval.search({ text, language, below: 'keep' }, never);
      times.push(performance.now() - from);
      return found;
    };
    const { first, five } = await recall(questions, search);
    const main = name === 'words and vectors';
    figures.push(
      share(`${language} ${name}: recall@1`, first, main ? 0.92 : undefined),
      share(`${language} ${name}: recall@5`, five, main ? 0.985 : undefined),
      { what: `${language} ${name}: 99th of 100 searches`, value: quantile(times, 0.99), unit: 'ms' },
    );
    if (!main) continue;
    const misspelt = await recall(questions.map(misspell), search);
    figures.push(share(`${language} one typing error a word: recall@5`, misspelt.five, 0.95));
  }
  const hidden = new Set<number>();
  await using open = await openRetrieval(knowledge, tenantId, {
    embedding,
    corpus: withoutLabels(knowledge.knowledge.corpus(tenantId), hidden),
  });
  let refused = 0;
  let recognised = 0;
  for (const { text, paragraph } of questions) {
    const best = async () => bestScore(await open.retrieval.search({ text, language, below: 'keep' }, never));
    hidden.clear();
    if ((await best()) < minScore) refused += 1;
    for (const { label } of knowledge.store
      .forTenant(tenantId)
      .knowledge.chunksOf('paragraphs', fileOf(paragraph), 100))
      hidden.add(label);
    if ((await best()) < minScore) recognised += 1;
  }
  return [
    ...figures,
    share(`${language} unanswerable questions recognised`, recognised / questions.length, 0.8),
    {
      what: `${language} answerable questions refused`,
      value: refused / questions.length,
      unit: '',
      goal: { op: '<=', value: 0.1 },
    },
  ];
}

function share(what: string, value: number, goal?: number): Figure {
  return { what, value, unit: '', ...(goal === undefined ? {} : { goal: { op: '>=', value: goal } as const }) };
}

async function recall(
  questions: readonly XquadQuestion[],
  search: (text: string) => Promise<readonly Passage[]>,
): Promise<{ readonly first: number; readonly five: number }> {
  let first = 0;
  let five = 0;
  for (const { text, paragraph } of questions) {
    const documents = [...new Set((await search(text)).map((passage) => passage.document))];
    if (documents[0] === fileOf(paragraph)) first += 1;
    if (documents.slice(0, 5).includes(fileOf(paragraph))) five += 1;
  }
  return { first: first / questions.length, five: five / questions.length };
}

function bestScore(passages: readonly Passage[]): number {
  return Math.max(0, ...passages.map(({ score }) => score));
}

/** In each word of six letters or more one letter is left out, doubled, changed or swapped, the same in each run. */
function misspell(question: XquadQuestion): XquadQuestion {
  let state = question.text.length * 2_654_435_761;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const text = question.text.replace(/\p{L}{6,}/gu, (word) => {
    const at = 1 + next(word.length - 2);
    const [before, letter, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
    switch (next(4)) {
      case 0:
        return before + after;
      case 1:
        return before + letter + letter + after;
      case 2:
        return `${before}${'aeinrst'.charAt(next(7))}${after}`;
      default:
        return before + after.charAt(0) + letter + after.slice(1);
    }
  });
  return { ...question, text };
}

function withoutLabels(corpus: Corpus, hidden: ReadonlySet<number>): Corpus {
  return {
    ...corpus,
    lexical: async (query, signal) =>
      (await corpus.lexical({ ...query, limit: query.limit + hidden.size }, signal)).filter(
        ({ label }) => !hidden.has(label),
      ),
  };
}
