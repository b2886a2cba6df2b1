import { setImmediate as nextTurn } from 'node:timers/promises';
import type { UnansweredRow } from '../store/unanswered.ts';
import { averageLinkage } from './average-linkage.ts';
import { questionWords } from './terms.ts';

/** Questions that ask for the same, as far as their words tell. */
export interface UnansweredGroup {
  /** The latest of them. */
  readonly question: string;
  readonly count: number;
  /** ISO 8601, UTC. */
  readonly lastAskedAt: string;
  readonly language?: string;
  /** Others of the group, each wording once, latest first. */
  readonly alike: readonly string[];
  /** Turns, latest first, for `polyphon trace`. */
  readonly turns: readonly string[];
}

/**
 * Mean likeness of two groups that become one. 136 paraphrases in three languages: of the pairs that ask for the same, 109 are together
 * and 7 that do not; at 0.5 it is 100 and 6, at 0.4 130 and 17.
 */
const alikeFrom = 0.45;
/** Questions compared with all before them between two turns of the event loop. */
const comparedAtOnce = 50;
const mostAlike = 8;
const mostTurns = 20;
const longestQuestion = 300;

/**
 * Questions that ask for the same, by the share of word parts that they have in common, which inflection, compounds and typing errors
 * change little. Largest groups first.
 * @param rows at most some thousand: each two wordings take four bytes
 */
export async function groupQuestions(
  rows: readonly UnansweredRow[],
  signal: AbortSignal,
): Promise<readonly UnansweredGroup[]> {
  const wordings = Map.groupBy(rows, ({ text, language }) => JSON.stringify([oneLine(text), language]));
  // By what they say: in which order they were asked is to decide nothing.
  const alike = [...wordings].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, same]) => same);
  const parts = alike.map(([row]) => (row === undefined ? [] : partsOf(row)));
  const groups = await averageLinkage(await likenesses(parts, signal), parts.length, alikeFrom, signal);
  return groups
    .map((group) => describe(group.flatMap((at) => alike[at] ?? []).sort((a, b) => b.at - a.at)))
    .sort((a, b) => b.count - a.count || b.lastAskedAt.localeCompare(a.lastAskedAt));
}

function partsOf({ text, language }: UnansweredRow): readonly string[] {
  const words = questionWords(text, language === null ? [] : [language]);
  const meaning = words.filter(({ role }) => role === 'meaning');
  return [...new Set((meaning.length > 0 ? meaning : words).flatMap(({ grams }) => grams))];
}

/** The cosine of each two, row by row. Two texts without a word are alike. */
async function likenesses(texts: readonly (readonly string[])[], signal: AbortSignal): Promise<Float32Array> {
  const size = texts.length;
  const made = new Float32Array(size * size);
  const holders = new Map<string, number[]>();
  for (const [one, parts] of texts.entries()) {
    const shared = new Uint32Array(one);
    for (const part of parts) {
      const those = holders.get(part) ?? [];
      for (const other of those) shared[other] = (shared[other] ?? 0) + 1;
      those.push(one);
      holders.set(part, those);
    }
    for (const [other, count] of shared.entries()) {
      const both = Math.sqrt(parts.length * (texts[other]?.length ?? 0));
      const cosine = both > 0 ? count / both : parts.length === texts[other]?.length ? 1 : 0;
      made[one * size + other] = cosine;
      made[other * size + one] = cosine;
    }
    if (one % comparedAtOnce !== 0) continue;
    await nextTurn();
    signal.throwIfAborted();
  }
  return made;
}

function describe(rows: readonly UnansweredRow[]): UnansweredGroup {
  const texts = [...new Set(rows.map(({ text }) => oneLine(text)))];
  const [newest] = rows;
  const language = newest?.language ?? undefined;
  return {
    question: texts[0] ?? '',
    count: rows.length,
    lastAskedAt: new Date(newest?.at ?? 0).toISOString(),
    ...(language === undefined ? {} : { language }),
    alike: texts.slice(1, 1 + mostAlike),
    turns: rows.slice(0, mostTurns).map(({ turn }) => turn),
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, longestQuestion);
}
