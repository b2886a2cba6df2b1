import type { UnansweredRow } from '../store/unanswered.ts';
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

/** A shared topic is not enough: "price of the lamp" and "colour of the lamp" share half. */
const alikeFrom = 0.6;
const mostAlike = 8;
const mostTurns = 20;
const longestQuestion = 300;

interface Group {
  readonly leader: ReadonlySet<string>;
  readonly rows: UnansweredRow[];
}

/**
 * Each question joins the first group whose leader it is like, else it leads a group of its own. Likeness is the share of word parts
 * in common, which inflection, compounds and typing errors change little. Largest groups first.
 */
export function groupQuestions(rows: readonly UnansweredRow[]): readonly UnansweredGroup[] {
  const groups: Group[] = [];
  for (const row of rows) {
    const parts = partsOf(row);
    const group = groups.find(({ leader }) => likeness(leader, parts) >= alikeFrom);
    if (group === undefined) groups.push({ leader: parts, rows: [row] });
    else group.rows.push(row);
  }
  return groups
    .map(({ rows: alike }) => describe(alike))
    .sort((a, b) => b.count - a.count || b.lastAskedAt.localeCompare(a.lastAskedAt));
}

function partsOf({ text, language }: UnansweredRow): ReadonlySet<string> {
  const words = questionWords(text, language === null ? [] : [language]);
  const meaning = words.filter(({ role }) => role === 'meaning');
  return new Set((meaning.length > 0 ? meaning : words).flatMap(({ grams }) => grams));
}

/** Of the cosine. Two texts without a word are alike. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return a.size === b.size ? 1 : 0;
  let shared = 0;
  for (const part of a) if (b.has(part)) shared += 1;
  return shared / Math.sqrt(a.size * b.size);
}

function describe(rows: readonly UnansweredRow[]): UnansweredGroup {
  const texts = [...new Set(rows.map(({ text }) => text.replace(/\s+/g, ' ').trim().slice(0, longestQuestion)))];
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
