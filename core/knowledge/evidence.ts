import type { Look } from './focus.ts';

/** How much the parts count beside whole words, those that stand together beside the others, and the lead. */
const partsShare = 0.6;
const togetherWeight = 0.3;
const leadWeight = 0.4;
/** Where the passage was not read; those rank low anyway. */
const unseenShare = 0.8;
/**
 * A question of one common word says little, wherever it stands. In the weight of its words, of which a rare one weighs about 7: one of so
 * many chunks, up to the most. Among a few chunks, a few words tell enough.
 */
const littleAsked = { oneOf: 40, atMost: 6 };
/** Sums from `nothing` to `certain` become evidence from 0 to 1. */
const nothing = 0.34;
const certain = 1.5;
/** A passage that holds all that is asked is no miss, however little that is: "Wallbox?" finds what there is about them. */
const wholly = { coverage: 0.95, least: 0.4 };
/** A question that is answered has one or a few passages that stand out: its lead is over the mean of so many others. */
const others = 4;
/** Passages of other documents, without which the lead is over all others but the next best two. */
const fewest = 3;
const spread = 2;
/** In a corpus of so few passages a lead says nothing: any chance match has it. */
const fewChunks = 10;
const unknownLead = 0.2;

/**
 * How likely it is, by its words, that a passage answers. Stretched so that 0.35 parts questions which the documents answer from
 * others; one figure serves all languages. Word parts are what makes that possible: languages that compound and inflect repeat fewer
 * words whole, but as many of their parts. On XQuAD, with the answer's paragraph taken out for the unanswerable ones,
 * `npm run bench retrieval-quality` prints how many are told rightly.
 */
export function evidenceOf(passage: {
  readonly coverage: number;
  readonly look: Look | undefined;
  /** Sum of the weights of the question's words. */
  readonly asked: number;
  readonly lead: number;
  /** In the corpus. */
  readonly chunks: number;
}): number {
  const { coverage, look, asked, lead, chunks } = passage;
  const unseen = unseenShare * coverage;
  const { all, together } = look?.parts ?? { all: unseen, together: unseen };
  const held = (1 - partsShare) * coverage + partsShare * all + togetherWeight * together;
  const little = Math.min(littleAsked.atMost, chunks / littleAsked.oneOf);
  const sum = asked === 0 ? 0 : (held * asked) / (asked + little) + leadWeight * lead;
  const least = coverage >= wholly.coverage ? wholly.least : 0;
  return Math.min(1, Math.max(least, (sum - nothing) / (certain - nothing)));
}

/** How far a passage stands before those of other documents, 0 to 1. */
export function leadsOf(
  passages: readonly {
    readonly label: number;
    readonly source: string;
    readonly document: string;
    readonly lexical: number;
  }[],
  chunks: number,
): (label: number) => number {
  const sorted = passages.toSorted((a, b) => b.lexical - a.lexical);
  return (label) => {
    const own = sorted.find((passage) => passage.label === label);
    if (own === undefined || own.lexical <= 0) return 0;
    if (chunks < fewChunks) return unknownLead;
    const foreign = sorted.filter(({ source, document }) => source !== own.source || document !== own.document);
    const rest = foreign.length >= fewest ? foreign : sorted.filter((passage) => passage !== own).slice(spread);
    const next = rest.slice(0, others);
    // What no word has found is not among them, and has nothing.
    const mean = next.reduce((sum, { lexical }) => sum + lexical, 0) / others;
    return Math.max(0, (own.lexical - mean) / own.lexical);
  };
}
