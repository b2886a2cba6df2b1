import type { Evidence } from './evidence.ts';
import { extremeRows } from './extreme-rows.ts';
import type { Lexicon } from './lexicon.ts';
import type { Sentence } from './sentences.ts';
import { spaced } from './words.ts';

/**
 * How much of a question must be found before a sentence counts as its answer. Of the 185 questions in
 * test/plugins/models/offline/cases, unanswerable ones slip through below 0.46, and answerable ones are lost from 0.54 on.
 */
export const defaultThreshold = 0.52;

/** A sentence that states no price, time or number where one is asked for must be about nearly all of the rest. */
const unstatedPenalty = 0.2;

/** From here on the best sentence answers the whole question, and other sections add nothing. */
const complete = 0.75;

/** A sentence is added while it is nearly as good as the best one. */
const nearness = 0.8;
/** Another section must be better than that to be heard. */
const elsewhere = 0.93;

/**
 * Text in a document that speaks to a machine instead of to a reader. A quotation of it would look like the bot's own rule, so
 * it is left out. It could not steer this model anyway: nothing here follows instructions.
 */
const injected =
  /\b(ignore|disregard|forget|override)\b.{0,40}\b(instructions?|prompts?|rules?)\b|(system|developer)[ -]?prompt|\byou are now\b|\bas an? (ai|language model)\b|(ignorier|vergiss|missacht)\w*.{0,40}(anweisung|vorgabe|regel)|ignore[zr]?.{0,40}(instructions|consignes)|ignor[ae]r?.{0,40}(instrucciones|indicaciones)|(игнорируй|забудь).{0,40}(инструкци|указани|правил)|התעלם.{0,40}(הוראות|הנחיות)|<\/?(system|assistant|instructions?)>/iu;

export interface Choice {
  /** Empty where nothing answers. */
  readonly sentences: readonly Sentence[];
  readonly best: Evidence | undefined;
}

export function chooseSentences(
  evidence: readonly Evidence[],
  options: {
    readonly threshold: number;
    readonly maxSentences: number;
    readonly wants: 'one' | 'several';
    readonly extreme: 'least' | 'most' | undefined;
    /** How many passages were found. */
    readonly passages: number;
    readonly lexiconOf: (sentence: Sentence) => Lexicon;
  },
): Choice {
  const usable = evidence.filter(({ sentence }) => !injected.test(sentence.text));
  const sorted = usable.toSorted((left, right) => right.rank - left.rank);
  const answers = ({ onTopic, coverage, stated }: Evidence) =>
    onTopic === 'yes' && coverage >= options.threshold + (stated === 'yes' ? 0 : unstatedPenalty);
  if (options.extreme !== undefined) {
    const rows = usable.filter((each) => each.sentence.kind === 'row' && answers(each));
    const found = extremeRows(rows, { ...options, extreme: options.extreme });
    if (found !== undefined) {
      const sentences = found.slice(0, options.maxSentences);
      return { sentences, best: rows.find(({ sentence }) => sentence === sentences[0]) };
    }
  }
  const says = ({ sentence }: Evidence) =>
    options.extreme === undefined ||
    spaced(sentence.text).search(options.lexiconOf(sentence).superlatives[options.extreme]) !== -1;
  const best = sorted.find((each) => answers(each) && says(each));
  if (best === undefined || isAnyRow(best, sorted.filter(answers))) return { sentences: [], best: undefined };
  const chosen: Sentence[] = [];
  const add = (sentence: Sentence) => {
    if (chosen.length < options.maxSentences && !chosen.some((other) => same(other, sentence))) chosen.push(sentence);
  };
  const before = predecessor(best.sentence, usable, options.lexiconOf(best.sentence));
  add(best.sentence);
  if (before !== undefined) add(before);
  const language = (sentence: Sentence) => options.lexiconOf(sentence).language;
  for (const candidate of sorted) {
    const isKin = language(candidate.sentence) === language(best.sentence);
    if (candidate === best || !answers(candidate) || !belongs(candidate, best, isKin ? options.wants : 'one')) continue;
    const needs = predecessor(candidate.sentence, usable, options.lexiconOf(candidate.sentence));
    if (needs !== undefined && !chosen.includes(needs)) {
      if (chosen.length + 2 > options.maxSentences) continue;
      add(needs);
    }
    add(candidate.sentence);
  }
  return { sentences: arrange(chosen, best.sentence), best };
}

/** Whether a sentence that answers adds something to the best one. */
function belongs(candidate: Evidence, best: Evidence, wants: 'one' | 'several'): boolean {
  if (candidate.stated === 'no' && best.stated === 'yes') return false;
  const sameSection = candidate.sentence.section === best.sentence.section;
  const isAlike = areAlike(candidate, best, wants);
  const needed = sameSection || (isAlike && wants === 'several') ? nearness : elsewhere;
  if (candidate.rank < best.rank * needed) return false;
  return sameSection || isAlike || best.coverage < complete;
}

/** "Do I have a minimum term?" is answered by no row where every row states one, each another. */
function isAnyRow(best: Evidence, answering: readonly Evidence[]): boolean {
  if (best.sentence.kind !== 'row' || best.named === 'yes') return false;
  return answering.filter(({ sentence, named }) => sentence.kind === 'row' && named === 'no').length > 2;
}

/** Rows of a table that are both about what is asked: "What does a wallbox cost?" has as many answers as wallboxes. */
function areAlike(candidate: Evidence, best: Evidence, wants: 'one' | 'several'): boolean {
  return (
    candidate.sentence.kind === 'row' &&
    best.sentence.kind === 'row' &&
    candidate.coverage >= best.coverage - (wants === 'several' ? 0.3 : 0.02) &&
    candidate.firstMatch <= best.firstMatch + (wants === 'several' ? 4 : 1)
  );
}

/** "It takes two days." is not understood without the sentence before. */
function predecessor(sentence: Sentence, evidence: readonly Evidence[], lexicon: Lexicon): Sentence | undefined {
  if (sentence.position === 0 || !lexicon.book.anaphora.test(sentence.text)) return undefined;
  return evidence.find(
    (other) => other.sentence.section === sentence.section && other.sentence.position === sentence.position - 1,
  )?.sentence;
}

/** The best section first, and each section in the order of its text. */
function arrange(chosen: readonly Sentence[], best: Sentence): readonly Sentence[] {
  const order = [...new Set([best.section, ...chosen.map(({ section }) => section)])];
  return chosen.toSorted(
    (left, right) => order.indexOf(left.section) - order.indexOf(right.section) || left.position - right.position,
  );
}

function same(left: Sentence, right: Sentence): boolean {
  const compact = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  const [first, second] = [compact(left.text), compact(right.text)];
  return first === second || first.includes(second) || second.includes(first);
}
