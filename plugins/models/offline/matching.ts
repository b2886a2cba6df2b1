import { groupsOf } from './class-membership.ts';
import type { Lexicon } from './lexicon.ts';
import type { Term } from './question.ts';
import type { Stemming } from './stemming.ts';
import { joinedWords, wordsOf } from './words.ts';

/** The words of one text, ready to be looked up. */
export interface WordIndex {
  /** A form -> the positions at which it stands. */
  readonly positions: ReadonlyMap<string, readonly number[]>;
  readonly groups: ReadonlyMap<number, number>;
  readonly length: number;
}

export interface Match {
  /** 0 to 1. */
  readonly strength: number;
  readonly position: number;
}

/** Another word of the same class. */
const classMatch = 0.8;
const noMatch: Match = { strength: 0, position: -1 };

export function indexWords(text: string, lexicon: Lexicon, stemming: Stemming): WordIndex {
  const positions = new Map<string, number[]>();
  const groups = new Map<number, number>();
  const words = wordsOf(text);
  for (const [position, word] of words.entries()) {
    for (const form of stemming(word.lower, lexicon.language)) {
      const known = positions.get(form);
      if (known === undefined) positions.set(form, [position]);
      else known.push(position);
    }
    for (const group of groupsOf(word.lower, stemming(word.lower, lexicon.language), lexicon)) {
      if (!groups.has(group)) groups.set(group, position);
    }
  }
  for (const { lower, position } of joinedWords(text)) {
    for (const form of stemming(lower, lexicon.language)) {
      if (!positions.has(form)) positions.set(form, [position]);
    }
  }
  return { positions, groups, length: words.length };
}

export function matchTerm(term: Term, index: WordIndex): Match {
  if (term.neighbours !== undefined) return matchNumber(term, index);
  const exact = matchForms(term, index);
  if (exact.strength >= 0.9) return exact;
  const similar = matchSimilar(term, index);
  const best = similar.strength > exact.strength ? similar : exact;
  if (best.strength >= classMatch) return best;
  const group = term.groups.find((each) => index.groups.has(each));
  return group === undefined ? best : { strength: classMatch, position: index.groups.get(group) ?? 0 };
}

function matchForms(term: Term, index: WordIndex): Match {
  let best = noMatch;
  for (const form of term.forms) {
    const found = index.positions.get(form);
    if (found === undefined) continue;
    const position = found[0] ?? 0;
    if (form === term.folded) return { strength: 1, position };
    // "lunas" and "lunes" have one stem: short stems alone prove little.
    const strength = form.length > 3 ? 0.95 : /\p{Script=Hebrew}/u.test(form) ? 0.9 : 0.45;
    if (strength > best.strength) best = { strength, position };
  }
  const joined = term.joined.find((form) => index.positions.has(form));
  return joined === undefined || best.strength >= 0.95
    ? best
    : { strength: 0.95, position: index.positions.get(joined)?.[0] ?? 0 };
}

function matchSimilar(term: Term, index: WordIndex): Match {
  let best = noMatch;
  for (const form of term.forms) {
    if (form.length < 4) continue;
    for (const [other, positions] of index.positions) {
      const strength = likeness(form, other);
      if (strength > best.strength) best = { strength, position: positions[0] ?? 0 };
    }
  }
  return best;
}

function matchNumber(term: Term, index: WordIndex): Match {
  const found = index.positions.get(term.forms[0] ?? '');
  if (found === undefined || term.neighbours === undefined) return noMatch;
  const { before, after } = term.neighbours;
  if (before.length + after.length === 0) return { strength: 0.9, position: found[0] ?? 0 };
  const beside = found.find(
    (position) =>
      before.some((form) => index.positions.get(form)?.includes(position - 1)) ||
      after.some((form) => index.positions.get(form)?.includes(position + 1)),
  );
  return beside === undefined ? { strength: 0.35, position: found[0] ?? 0 } : { strength: 1, position: beside };
}

/** Derived words, compounds ("Vergütung" in "Einspeisevergütung") and slips of the finger. */
function likeness(left: string, right: string): number {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (short.length < 4 || /\d/.test(long)) return 0;
  const ratio = short.length / long.length;
  if (long.startsWith(short)) return ratio >= 0.7 ? 0.9 : short.length >= 5 ? 0.7 : 0;
  if (long.endsWith(short)) return isCompound(short.length, long.length - short.length) ? 0.75 : 0;
  return short.length < 5 || (ratio < 0.7 && short.length < 12) ? 0 : slip(short, long);
}

/** "Solarstrom" is a kind of "Strom"; "herstellen" is no kind of "stellen". Lengths of the head and of what stands before it. */
function isCompound(head: number, modifier: number): boolean {
  return (head >= 5 && modifier >= 4) || (head >= 6 && modifier >= 3);
}

function slip(short: string, long: string): number {
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  if (start === 0) return 0;
  let end = 0;
  while (end < short.length - start && short.at(-1 - end) === long.at(-1 - end)) end += 1;
  const differing = long.length - start - end;
  if (differing <= 1 && long.length >= 6) return 0.75;
  // At the end it is another word as often as a slip: "Finanzamt" and "finanzieren".
  if (differing <= 2 && long.length >= 8) return end === 0 ? 0.6 : 0.65;
  if (start >= 5 && start / long.length >= 0.7) return 0.6;
  // "Photovoltaikanlage" and "Photovoltaikversicherung" are about one thing.
  return start >= 9 ? 0.5 : 0;
}
