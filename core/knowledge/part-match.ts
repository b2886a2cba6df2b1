/** Fewer of a word's parts than this are chance. */
const looseMatch = 0.3;
/** 2 asks too much of long compounds: German questions were refused twice as often as English ones. */
const partPower = 1;

/** How far a word counts as held, by the share of its parts that are: another form of it, or a compound. */
export function partMatch(share: number): number {
  return share >= looseMatch ? share ** partPower : 0;
}
