import { readFile } from 'node:fs/promises';
import { newStemmer } from 'snowball-stemmers';
import type { Passage } from '../../core/contract/index.ts';
import { wordClasses } from '../../core/knowledge/word-classes.ts';
import { defaultThreshold } from '../../plugins/models/offline/choice.ts';
import { createComposer } from '../../plugins/models/offline/composer.ts';
import { createLexicons } from '../../plugins/models/offline/lexicon.ts';
import { createStemming } from '../../plugins/models/offline/stemming.ts';
import { listSource, never, openHashed, openKnowledge, openRetrieval } from '../core/knowledge/tenant-knowledge.ts';
import { deploy } from '../whole/deployment.ts';
import type { Figure } from './measure.ts';
import { readXquad, type XquadQuestion } from './xquad.ts';

type Search = (text: string) => Promise<readonly Passage[]>;

/** They name no topic: only what was asked before says what is meant. */
const followUps: Readonly<Record<string, string>> = {
  en: 'And why is that?',
  de: 'Und warum ist das so?',
  es: '¿Y eso por qué?',
};

/**
 * How often a follow-up that names no topic still finds the paragraph of the question before it, with the query that the default
 * model makes of both; and as it stands, which is what that is worth.
 */
export async function followUpFigures(
  language: string,
  questions: readonly XquadQuestion[],
  isFound: (paragraph: number, passages: readonly Passage[]) => boolean,
  search: Search,
): Promise<readonly Figure[]> {
  const stemming = createStemming(newStemmer);
  const lexicons = createLexicons(stemming, wordClasses);
  const composer = createComposer({ stemming, lexicons, threshold: defaultThreshold, maxSentences: 3 });
  const followUp = followUps[language] ?? '';
  let rewritten = 0;
  for (const { text, paragraph } of questions) {
    const messages = [
      { role: 'contact', text },
      { role: 'bot', text: '.' },
      { role: 'contact', text: followUp },
    ] as const;
    if (isFound(paragraph, await search([composer.rewriteQuery(messages, language)].flat()[0] ?? ''))) rewritten += 1;
  }
  const alone = await search(followUp);
  const plain = questions.filter(({ paragraph }) => isFound(paragraph, alone)).length;
  return [
    { what: `${language} follow-ups, rewritten: recall@5`, value: rewritten / questions.length, unit: '' },
    { what: `${language} follow-ups, as they stand: recall@5`, value: plain / questions.length, unit: '' },
  ];
}

/**
 * Asked in one language, answered in another, by the default embedding: it knows letters, not meanings. Then by the one that
 * `BENCH_EMBEDDING` names as a bot does, as in `{ use: ollama, with: { model: bge-m3 } }`.
 */
export async function crossLanguageFigures(): Promise<readonly Figure[]> {
  const chosen = process.env['BENCH_EMBEDDING'];
  const figures = [...(await crossLanguageFiguresOf(foreign))];
  if (chosen === undefined) return figures;
  const named = await crossLanguageFiguresOf((...asked) => foreignTo(chosen, ...asked));
  return [...figures, ...named.map((figure) => ({ ...figure, what: `${figure.what}, chosen embedding` }))];
}

async function crossLanguageFiguresOf(foreign: Foreign): Promise<readonly Figure[]> {
  const { paragraphs } = await readXquad('en');
  const figures: Figure[] = [];
  for (const language of ['de', 'es']) {
    const { questions } = await readXquad(language);
    const asked = questions.map(({ text, paragraph }) => ({ text, at: paragraph }));
    figures.push(await foreign(`${language} questions, en paragraphs`, language, paragraphs, asked));
  }
  for (const language of ['fra', 'heb']) {
    const texts = await readLines(`tatoeba.${language}-eng.eng`);
    const asked = (await readLines(`tatoeba.${language}-eng.${language}`)).map((text, at) => ({ text, at }));
    figures.push(await foreign(`Tatoeba ${language}-eng sentences`, language === 'fra' ? 'fr' : 'he', texts, asked));
  }
  return figures;
}

type Asked = readonly { readonly text: string; readonly at: number }[];

type Foreign = (what: string, language: string, texts: readonly string[], asked: Asked) => Promise<Figure>;

async function foreignTo(embedding: string, ...[what, language, texts, asked]: Parameters<Foreign>): Promise<Figure> {
  const documents = texts.map((text, at): [string, string] => [`foreign/texts/${at}.txt`, text]);
  const bot = `polyphon: 1
name: Foreign
languages: { default: en, supported: [en, ${language}] }
knowledge: { texts: { use: files, with: { path: "texts/*.txt" } } }
retrieval: { embedding: ${embedding} }
channels: { web: { use: web-chat } }
`;
  const address = /\bbaseUrl: *"?https?:\/\/([^/"\s]+)/.exec(embedding)?.[1] ?? '127.0.0.1:11434';
  await using deployment = await deploy({
    files: { 'foreign/bot.yaml': bot, ...Object.fromEntries(documents) },
    settings: `polyphon: 1\nhttp: { allowPrivate: ["${address}"] }\n`,
    logLevel: 'info',
  });
  const { kernel } = deployment.application;
  const { error, missing = 0 } = kernel.tenant('foreign').backfill ?? {};
  if (missing > 0) throw new Error(`${missing} chunks have no vector: ${error?.message ?? 'the run has not ended'}`);
  return foundAmong(asked, {
    what,
    nameOf: (at) => `texts/${at}.txt`,
    search: (text) => kernel.search('foreign', { text, language, limit: 5, below: 'keep' }, never),
  });
}

async function foreign(what: string, language: string, texts: readonly string[], asked: Asked): Promise<Figure> {
  await using bench = await openKnowledge();
  const embedding = await openHashed();
  const files = texts.map((content, at) => ({ id: `${at}.txt`, content, mediaType: 'text/plain' }));
  const sources = new Map([['texts', listSource(files)]]);
  await bench.knowledge.ingest(
    { tenantId: 'foreign', sources, embedding, languages: ['en'] },
    { mode: 'apply' },
    never,
  );
  await using open = await openRetrieval(bench, 'foreign', { embedding });
  return foundAmong(asked, {
    what,
    nameOf: (at) => `${at}.txt`,
    search: (text) => open.retrieval.search({ text, language, limit: 5, below: 'keep' }, never),
  });
}

interface Finding {
  readonly what: string;
  nameOf(at: number): string;
  search(text: string): Promise<readonly { readonly document: string }[]>;
}

async function foundAmong(asked: Asked, { what, nameOf, search }: Finding): Promise<Figure> {
  let found = 0;
  for (const { text, at } of asked) {
    const passages = await search(text);
    if (passages.some(({ document }) => document === nameOf(at))) found += 1;
  }
  return { what: `${what}: recall@5`, value: found / asked.length, unit: '' };
}

async function readLines(name: string): Promise<readonly string[]> {
  const text = await readFile(new URL(`../fixtures/retrieval/${name}`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line.trim() !== '');
}
