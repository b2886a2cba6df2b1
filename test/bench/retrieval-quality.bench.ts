import type { Embedding, Passage } from '../../core/contract/index.ts';
import {
  type FakeFile,
  type Bench as KnowledgeBench,
  listSource,
  never,
  openHashed,
  openKnowledge,
  openRetrieval,
} from '../core/knowledge/tenant-knowledge.ts';
import { type Bench, type Figure, quantile } from './measure.ts';
import { baselines } from './retrieval-baselines.ts';
import { crossLanguageFigures, followUpFigures } from './retrieval-harder.ts';
import { readXquad, type XquadQuestion } from './xquad.ts';

const modes = [
  ['words and vectors', {}],
  ['vectors only', { hybrid: false }],
  ['words only', { vectorWeight: 0 }],
] as const;
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
    figures.push(...(await crossLanguageFigures()));
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
  const figures: Figure[] = [...baselines(language, paragraphs, questions)];
  const found = new Map<string, { readonly first: number; readonly five: number }>();
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
    found.set(name, { first, five });
    const main = name === 'words and vectors';
    figures.push(
      share(`${language} ${name}: recall@1`, first, main ? 0.92 : undefined),
      share(`${language} ${name}: recall@5`, five, main ? 0.985 : undefined),
      { what: `${language} ${name}: 99th of 100 searches`, value: quantile(times, 0.99), unit: 'ms' },
    );
    if (!main) continue;
    const misspelt = await recall(questions.map(misspell), search);
    figures.push(share(`${language} one typing error a word: recall@5`, misspelt.five, 0.95));
    figures.push(...(await followUpFigures(language, questions, isAmongFive, search)));
  }
  for (const [place, at] of [
    ['1', 'first'],
    ['5', 'five'],
  ] as const) {
    const of = (name: string) => found.get(name)?.[at] ?? 0;
    const better = Math.max(of('words only'), of('vectors only'));
    figures.push(
      share(`${language} fusion over its better part: recall@${place}`, of('words and vectors') - better, 0),
    );
  }
  const { refused, recognised } = await unanswerable(knowledge, embedding, language, files, questions);
  return [
    ...figures,
    share(`${language} unanswerable questions recognised`, recognised, 0.8),
    {
      what: `${language} answerable questions refused`,
      value: refused,
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
    const passages = await search(text);
    if (passages[0]?.document === fileOf(paragraph)) first += 1;
    if (isAmongFive(paragraph, passages)) five += 1;
  }
  return { first: first / questions.length, five: five / questions.length };
}

function isAmongFive(paragraph: number, passages: readonly Passage[]): boolean {
  return [...new Set(passages.map(({ document }) => document))].slice(0, 5).includes(fileOf(paragraph));
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

/** Each question is asked with its paragraph there, and with the paragraph taken out of the documents. */
async function unanswerable(
  bench: KnowledgeBench,
  embedding: Embedding,
  language: string,
  files: readonly FakeFile[],
  questions: readonly XquadQuestion[],
): Promise<{ readonly refused: number; readonly recognised: number }> {
  const listed: FakeFile[] = [...files];
  const sources = new Map([['paragraphs', listSource(listed)]]);
  const read = () =>
    bench.knowledge.ingest({ tenantId, sources, embedding, languages: [language] }, { mode: 'apply' }, never);
  await using open = await openRetrieval(bench, tenantId, { embedding });
  const misses = async (text: string) => (await open.retrieval.search({ text, language }, never)).length === 0;
  let refused = 0;
  for (const { text } of questions) if (await misses(text)) refused += 1;
  let recognised = 0;
  let out: number | undefined;
  for (const { text, paragraph } of questions) {
    if (paragraph !== out) {
      listed.splice(0, listed.length, ...files.filter((_, at) => at !== paragraph));
      await read();
      out = paragraph;
    }
    if (await misses(text)) recognised += 1;
  }
  return { refused: refused / questions.length, recognised: recognised / questions.length };
}
