import type { TermPostings } from '../store/chunk-postings.ts';
import type { KnowledgeRepository } from '../store/knowledge-repository.ts';
import { splitCompounds } from './compounds.ts';
import { evidenceOf, leadsOf } from './evidence.ts';
import { type Look, lookAt } from './focus.ts';
import { partMatch } from './part-match.ts';
import { soughtOf } from './sought.ts';
import { gramKey, wordKey } from './term-keys.ts';
import { TermScores } from './term-scores.ts';
import { type QuestionWord, questionWords } from './terms.ts';

export interface LexicalHit {
  readonly label: number;
  /** BM25 over words and word parts, negative: smaller is better. */
  readonly rank: number;
  readonly coverage: number;
  readonly focus?: number;
  /** 0 to 1, see evidence.ts. */
  readonly evidence: number;
}

/** Of these the text is read and looked at, about 0.1 ms each; of the best by words, and of the best in `also`. `atOnce`: in one step. */
const looked = { best: 12, also: 6, atOnce: 6 };

/** A word has many parts, so each counts less. XQuAD, hit at 1 (en/de/es): words alone .93/.89/.92, together .95/.94/.94. */
const gramWeight = 0.25;
/** Rare parts first, until so many entries are read: what is left says little, and a question in a large corpus stays fast. */
const maxGramEntries = 60_000;
/** Rarity counts more than in BM25: names and numbers tell what a question is about. Measured, as in `share`. */
const rarityPower = 1.5;
/**
 * In the coverage, a word that is in no chunk counts as if it were in one of so many, up to a few: in a large corpus it mostly is
 * another form of what is there, in a small one what is not there. With it one threshold serves languages that inflect and compound
 * and those that do not.
 */
const unheld = { oneOf: 40, atMost: 8 };
/** The same for the parts of words. */
const unheldPart = { oneOf: 100, atMost: 3 };
/** Of a word that only asks, in the order and in the coverage. Such words and their parts cost hit at 1 nothing, and small tables gain. */
const askingWeight = 0.6;
const askingShare = 0.2;
/** Of another word for the same: all of them together in the order, and each in the coverage. */
const kinWeight = 0.6;
const kinShare = 0.85;
/**
 * A few documents say little about how rare a word is, so they count as part of a larger collection. Without it, in a bot of six
 * chunks the words that are in none outweigh those that are asked for: "What are your opening hours?" scored .28, now .73.
 */
const backgroundChunks = 60;
const longestQuestion = 2000;
/** Above so many chunks, words that only ask are not read at all: they are everywhere and decide nothing. */
const largeCorpus = 1500;

/** Terms whose lists are read in one step: about 3 ms at 100,000 chunks, where some lists name a third of them. */
const termsAtOnce = 20;

/**
 * Ranks the chunks of one tenant by the words and word parts of a question, with that tenant's own statistics. Waits for `turn` between
 * its steps, where there is one to wait for.
 */
export async function searchLexically(
  repository: KnowledgeRepository,
  query: {
    readonly text: string;
    readonly language?: string;
    readonly limit: number;
    readonly also?: readonly number[];
  },
  turn: () => Promise<void> | undefined,
): Promise<readonly LexicalHit[]> {
  const figures = repository.figures();
  if (figures.chunks === 0) return [];
  const asked = query.language === undefined ? [] : [query.language];
  const languages = [...asked, ...figures.languages];
  const whole = questionWords(query.text.slice(0, longestQuestion), languages).filter(
    ({ role }) => role === 'meaning' || figures.chunks < largeCorpus,
  );
  const lists = new Map<string, TermPostings>();
  const load = async (keys: readonly string[]): Promise<void> => {
    const atOnce = figures.chunks < largeCorpus ? Math.max(1, keys.length) : termsAtOnce;
    for (let start = 0; start < keys.length; start += atOnce) {
      for (const [key, list] of repository.postings.read(keys.slice(start, start + atOnce))) lists.set(key, list);
      await turn();
    }
  };
  await load(keysOf(whole));
  const words = await splitCompounds(whole, languages, {
    holds: ({ stems }) => stems.some((stem) => lists.has(wordKey(stem))),
    together: async (pairs) => {
      await load([...new Set(pairs.flat())].map(wordKey));
      return new Set(pairs.filter(([a, b]) => shareChunk(lists.get(wordKey(a)), lists.get(wordKey(b)))));
    },
  });
  if (words !== whole) await load(keysOf(words));
  const all = figures.chunks + backgroundChunks;
  const rarity = (holders: number) => Math.log(1 + (all - holders + 0.5) / (holders + 0.5));
  const found = words.map((word) => new WordMatches(word, lists));
  const grams = [...new Set(words.filter(({ role }) => role === 'meaning').flatMap((word) => word.grams))]
    .flatMap((gram) => lists.get(gramKey(gram)) ?? [])
    .sort((a, b) => a.size - b.size);

  const scores = new TermScores([...lists.values()]);
  for (const { role, holders, stems, kin } of found) {
    const weight = (role === 'asking' ? askingWeight : 1) * rarity(holders);
    for (const list of stems) scores.add(list, weight, figures.words / figures.chunks);
    for (const list of kin) scores.add(list, (kinWeight * weight) / kin.length, figures.words / figures.chunks);
  }
  let budget = maxGramEntries;
  for (const list of grams) {
    budget -= list.size;
    if (budget < 0) break;
    scores.add(list, gramWeight * rarity(list.size), figures.grams / figures.chunks);
  }

  const best = scores.best(Math.max(query.limit, looked.best));
  await turn();
  const labels = new Set(best.slice(0, query.limit).map(({ label }) => label));
  const also = (query.also ?? []).filter((label) => !labels.has(label));
  const absent = Math.min(unheld.atMost, figures.chunks / unheld.oneOf);
  const weights = found.map(
    ({ role, holders }) => rarity(holders || absent) ** rarityPower * (role === 'asking' ? askingShare : 1),
  );
  const absentPart = Math.min(unheldPart.atMost, figures.chunks / unheldPart.oneOf);
  const sought = soughtOf(
    words.map((word, index) => ({ word, weight: weights[index] ?? 0 })),
    (gram) => rarity(lists.get(gramKey(gram))?.size || absentPart),
  );
  const total = sought.weight;
  const near = new Set([...best.slice(0, looked.best).map(({ label }) => label), ...also.slice(0, looked.also)]);
  const chunks = repository.chunks([...near]);
  const looks = new Map<number, Look>();
  for (const [at, chunk] of chunks.entries()) {
    if (at > 0 && at % looked.atOnce === 0) await turn();
    looks.set(chunk.label, lookAt(chunk, sought));
  }
  const leadOf = leadsOf(
    chunks.map(({ label, source, document }) => ({ label, source, document, lexical: scores.of(label) })),
    figures.chunks,
  );
  return [...best.slice(0, query.limit), ...also.map((label) => ({ label, score: scores.of(label) }))].map(
    ({ label, score }) => {
      const covered = found.reduce((sum, word, index) => sum + (weights[index] ?? 0) * word.share(label), 0);
      const coverage = total === 0 ? 0 : covered / total;
      const look = looks.get(label);
      return {
        label,
        rank: -score,
        coverage,
        ...(look === undefined ? {} : { focus: look.focus }),
        evidence: evidenceOf({ coverage, look, asked: total, lead: leadOf(label), chunks: figures.chunks }),
      };
    },
  );
}

function shareChunk(a: TermPostings | undefined, b: TermPostings | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const [fewer, more] = a.size < b.size ? [a, b] : [b, a];
  let found = false;
  fewer.each((label) => {
    found ||= more.has(label);
  });
  return found;
}

function keysOf(words: readonly QuestionWord[]): readonly string[] {
  return [
    ...new Set(words.flatMap(({ stems, kin, grams }) => [...stems, ...kin].map(wordKey).concat(grams.map(gramKey)))),
  ];
}

/** One word of the question in the corpus. */
class WordMatches {
  readonly role: QuestionWord['role'];
  /** Chunks that hold one of its stems; those of different languages rarely share one. */
  readonly stems: readonly TermPostings[];
  readonly kin: readonly TermPostings[];
  readonly holders: number;
  readonly #share: number;
  readonly #grams: readonly (TermPostings | undefined)[];

  constructor(word: QuestionWord, lists: ReadonlyMap<string, TermPostings>) {
    this.role = word.role;
    this.#share = word.share;
    this.stems = word.stems.flatMap((stem) => lists.get(wordKey(stem)) ?? []);
    this.kin = word.kin.flatMap((stem) => lists.get(wordKey(stem)) ?? []);
    this.holders = Math.max(0, ...[...this.stems, ...this.kin].map((list) => list.size));
    this.#grams = word.grams.map((gram) => lists.get(gramKey(gram)));
  }

  /** 1 where the chunk holds the word; else by the share of its parts that it holds, as in another form or a compound. */
  share(label: number): number {
    return this.#share * this.#held(label);
  }

  #held(label: number): number {
    if (isInOneOf(this.stems, label)) return 1;
    let held = 0;
    for (const list of this.#grams) if (list?.has(label)) held += 1;
    const inParts = partMatch(held / Math.max(1, this.#grams.length));
    return inParts < kinShare && isInOneOf(this.kin, label) ? kinShare : inParts;
  }
}

function isInOneOf(lists: readonly TermPostings[], label: number): boolean {
  for (const list of lists) if (list.has(label)) return true;
  return false;
}
