import type { Passage } from 'polyphon/plugin';
import type { Lexicon } from './lexicon.ts';
import { indexWords, matchTerm, type WordIndex } from './matching.ts';
import type { AnswerType } from './phrases/phrasebook.ts';
import type { Question, Term } from './question.ts';
import type { Sentence } from './sentences.ts';
import type { Stemming } from './stemming.ts';

/** A sentence and how well it answers. */
export interface Evidence {
  readonly sentence: Sentence;
  /** 0 to 1: how much of the question the sentence and its headings speak of. Decides whether there is an answer. */
  readonly coverage: number;
  /** Orders sentences: coverage with the kind of fact, the place in the text and the passage's own score. */
  readonly rank: number;
  /** Some word of the topic, not only of the kind of fact, was found. */
  readonly onTopic: 'yes' | 'no';
  readonly stated: 'yes' | 'no';
}

/** What a word counts when it stands above the sentence instead of in it. */
const headingShare = 0.9;
const titleShare = 0.6;

export function weighSentences(
  sentences: readonly Sentence[],
  question: Question,
  options: {
    readonly passages: readonly Passage[];
    readonly lexiconOf: (passage: Passage) => Lexicon;
    readonly stemming: Stemming;
  },
): readonly Evidence[] {
  if (question.terms.length === 0) return [];
  const indexes = new Map<string, WordIndex>();
  const indexOf = (text: string, lexicon: Lexicon): WordIndex => {
    const known = indexes.get(text);
    if (known !== undefined) return known;
    const made = indexWords(text, lexicon, options.stemming);
    indexes.set(text, made);
    return made;
  };
  const matches = sentences.map((sentence) => {
    const passage = options.passages[sentence.passage];
    if (passage === undefined) return undefined;
    const lexicon = options.lexiconOf(passage);
    const own = indexOf(sentence.text, lexicon);
    const heading = indexOf(sentence.heading, lexicon);
    const title = indexOf([passage.title, ...passage.headings].join(' · '), lexicon);
    return {
      sentence,
      passage,
      lexicon,
      length: own.length,
      found: question.terms.map((term) => {
        const inside = matchTerm(term, own);
        const above = Math.max(
          headingShare * matchTerm(term, heading).strength,
          titleShare * matchTerm(term, title).strength,
        );
        return { inside: inside.strength, position: inside.position, best: Math.max(inside.strength, above) };
      }),
    };
  });
  const weights = weighTerms(
    question.terms,
    matches.map((match) => match?.found.map(({ best }) => best) ?? []),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return matches.flatMap((match) => {
    if (match === undefined) return [];
    const stated = question.type === undefined ? 'yes' : states(match.sentence.text, question.type, match.lexicon);
    let covered = 0;
    let inside = 0;
    let onTopic = 0;
    let earliest = match.length;
    for (const [index, { best, inside: strength, position }] of match.found.entries()) {
      const term = question.terms[index];
      const weight = weights[index] ?? 0;
      // "kostet" is answered by a price as well as by the word.
      const value =
        term?.role === 'cue' && question.type !== undefined && stated === 'yes' ? Math.max(best, 0.9) : best;
      covered += weight * value;
      inside += weight * strength;
      if (term?.role === 'topic') {
        onTopic = Math.max(onTopic, best);
        if (strength >= 0.7) earliest = Math.min(earliest, position);
      }
    }
    const coverage = covered / total;
    const fact = question.type === undefined ? 0 : stated === 'yes' ? 0.18 : -0.18;
    const place =
      (match.sentence.position === 0 ? 0.06 : 0) + (0.08 * (match.length - earliest)) / Math.max(1, match.length);
    const rank =
      coverage + 0.15 * (inside / total) + fact + place + 0.12 * match.passage.score - 0.004 * match.sentence.passage;
    return [
      {
        sentence: match.sentence,
        coverage,
        rank,
        onTopic: onTopic >= 0.5 ? ('yes' as const) : ('no' as const),
        stated,
      },
    ];
  });
}

/** A word that nearly every sentence has says little about which one answers. */
function weighTerms(terms: readonly Term[], found: readonly (readonly number[])[]): readonly number[] {
  const count = Math.max(1, found.length);
  return terms.map((term, index) => {
    const having = found.filter((strengths) => (strengths[index] ?? 0) >= 0.5).length;
    const rarity = 1 - Math.log(1 + having) / Math.log(2 + count);
    return term.weight * (0.55 + 0.45 * rarity);
  });
}

const phone = /(?:\+|\b0)[\d\s()/.-]{6,}\d/;
const email = /[^\s@]+@[^\s@]+\.[^\s@]+/;

function states(text: string, type: AnswerType, lexicon: Lexicon): 'yes' | 'no' {
  if (type === 'phone') return phone.test(text) || /\d{3}[\s-]?\d{3,}/.test(text) ? 'yes' : 'no';
  if (type === 'email') return email.test(text) ? 'yes' : 'no';
  return lexicon.book.signs[type]?.test(text) === false ? 'no' : 'yes';
}
