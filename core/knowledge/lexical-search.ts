import { gramKey, type KnowledgeRepository, wordKey } from '../store/knowledge-repository.ts';
import { type QuestionWord, questionWords } from './terms.ts';

export interface LexicalHit {
  readonly label: number;
  /** BM25 over words and word parts, negative: smaller is better. */
  readonly rank: number;
  readonly coverage: number;
}

/** The usual BM25 constants. */
const saturation = 1.2;
const lengthShare = 0.75;
/** A word has many parts, so each counts less. XQuAD, hit at 1 (en/de/es): words alone .93/.89/.92, together .95/.94/.94. */
const gramWeight = 0.25;
/** Rare parts first, until so many entries are read: what is left says little, and a question in a large corpus stays fast. */
const maxGramEntries = 60_000;
/** Fewer of a word's parts than this are chance. */
const looseMatch = 0.3;
/** Rarity counts more than in BM25: names and numbers tell what a question is about. Measured, as in `share`. */
const rarityPower = 1.5;
/** Of a word that only asks, in the order and in the coverage. Such words and their parts cost hit at 1 nothing, and small tables gain. */
const askingWeight = 0.6;
const askingShare = 0.2;
/**
 * A few documents say little about how rare a word is, so they count as part of a larger collection. Without it, in a bot of six
 * chunks the words that are in none outweigh those that are asked for: "What are your opening hours?" scored .28, now .73.
 */
const backgroundChunks = 60;
const longestQuestion = 2000;

interface Entry {
  readonly label: number;
  readonly count: number;
  readonly length: number;
}

/** Ranks the chunks of one tenant by the words and word parts of a question, with that tenant's own statistics. */
export function searchLexically(
  repository: KnowledgeRepository,
  query: {
    readonly text: string;
    readonly language?: string;
    readonly limit: number;
    readonly also?: readonly number[];
  },
): readonly LexicalHit[] {
  const figures = repository.figures();
  if (figures.chunks === 0) return [];
  const asked = query.language === undefined ? [] : [query.language];
  const words = questionWords(query.text.slice(0, longestQuestion), [...asked, ...figures.languages]);
  const lists = repository.postings.read(keysOf(words));
  const scores = new Map<number, number>();
  const add = (entries: readonly Entry[], weight: number, averageLength: number): void => {
    for (const { label, count, length } of entries) {
      const norm = saturation * (1 - lengthShare + (lengthShare * length) / averageLength);
      scores.set(label, (scores.get(label) ?? 0) + (weight * count * (saturation + 1)) / (count + norm));
    }
  };

  const found = words.map((word) => wordMatches(word, lists));
  const all = figures.chunks + backgroundChunks;
  const rarity = (holders: number) => Math.log(1 + (all - holders + 0.5) / (holders + 0.5));
  for (const [index, { entries }] of found.entries()) {
    const weight = words[index]?.role === 'asking' ? askingWeight : 1;
    add(entries, weight * rarity(entries.length), figures.words / figures.chunks);
  }

  const grams = [...new Set(words.filter(({ role }) => role === 'meaning').flatMap((word) => word.grams))]
    .map((gram) => lists.get(gramKey(gram)) ?? [])
    .filter((entries) => entries.length > 0)
    .sort((a, b) => a.length - b.length);
  let budget = maxGramEntries;
  for (const entries of grams) {
    budget -= entries.length;
    if (budget < 0) break;
    add(entries, gramWeight * rarity(entries.length), figures.grams / figures.chunks);
  }

  const best = [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, query.limit);
  const labels = new Set(best.map(([label]) => label));
  for (const label of query.also ?? []) {
    if (!labels.has(label)) best.push([label, scores.get(label) ?? 0]);
  }
  const weights = found.map(
    ({ entries }, index) => rarity(entries.length) ** rarityPower * (words[index]?.role === 'asking' ? askingShare : 1),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return best.map(([label, score]) => {
    const covered = found.reduce((sum, word, index) => sum + (weights[index] ?? 0) * word.share(label), 0);
    return { label, rank: -score, coverage: total === 0 ? 0 : covered / total };
  });
}

function keysOf(words: readonly QuestionWord[]): readonly string[] {
  return [...new Set(words.flatMap(({ stems, grams }) => [...stems.map(wordKey), ...grams.map(gramKey)]))];
}

interface WordMatches {
  /** Chunks that hold one of the word's stems. */
  readonly entries: readonly Entry[];
  /** 1 where the chunk holds the word; else the square of the share of its parts that it holds, as in another form or a compound. */
  share(label: number): number;
}

function wordMatches(word: QuestionWord, lists: ReadonlyMap<string, readonly Entry[]>): WordMatches {
  const stemLists = word.stems.flatMap((stem) => lists.get(wordKey(stem)) ?? []);
  const byLabel = new Map<number, Entry>();
  for (const entry of stemLists) {
    const known = byLabel.get(entry.label);
    if (known === undefined || known.count < entry.count) byLabel.set(entry.label, entry);
  }
  let holders: readonly ReadonlySet<number>[] | undefined;
  return {
    entries: [...byLabel.values()],
    share(label) {
      if (byLabel.has(label)) return 1;
      holders ??= word.grams.map((gram) => new Set((lists.get(gramKey(gram)) ?? []).map((entry) => entry.label)));
      const held = holders.filter((labels) => labels.has(label)).length / word.grams.length;
      return held >= looseMatch ? held * held : 0;
    },
  };
}
