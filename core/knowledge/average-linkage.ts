import { setImmediate as nextTurn } from 'node:timers/promises';

/** Groups joined between two turns of the event loop; some 2 ms among a thousand things. */
const joinedAtOnce = 20;

/**
 * Puts together what is alike: always the two groups with the highest mean likeness between their members, while it reaches `from`. No
 * thing leads a group, so the order of the things decides nothing but ties. Gives the indexes of each group, in ascending order.
 * @param means likeness of each two things, row by row, the same both ways; it is written over
 */
export async function averageLinkage(
  means: Float32Array,
  size: number,
  from: number,
  signal: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const mean = (one: number, other: number): number => means[one * size + other] ?? 0;
  const groups = new Map(Array.from({ length: size }, (_, at) => [at, [at]]));
  const nearestTo = (one: number): number => {
    let nearest = one;
    let highest = -1;
    for (const other of groups.keys()) {
      const likeness = mean(one, other);
      if (other === one || likeness <= highest) continue;
      nearest = other;
      highest = likeness;
    }
    return nearest;
  };
  const nearest = Int32Array.from({ length: size }, (_, one) => nearestTo(one));

  for (let joined = 1; ; joined += 1) {
    const one = mostAlike();
    if (one === undefined) return [...groups.values()].map((members) => members.sort((a, b) => a - b));
    join(one, nearest[one] ?? one);
    if (joined % joinedAtOnce !== 0) continue;
    await nextTurn();
    signal.throwIfAborted();
  }

  /** The group that is nearest to another. */
  function mostAlike(): number | undefined {
    let most: number | undefined;
    let highest = from;
    for (const one of groups.keys()) {
      const other = nearest[one] ?? one;
      const likeness = mean(one, other);
      if (other === one || likeness < highest || (most !== undefined && likeness === highest)) continue;
      most = one;
      highest = likeness;
    }
    return most;
  }

  function join(one: number, other: number): void {
    const [kept, joining] = [groups.get(one) ?? [], groups.get(other) ?? []];
    for (const third of groups.keys()) {
      const sum = kept.length * mean(one, third) + joining.length * mean(other, third);
      const joined = sum / (kept.length + joining.length);
      means[one * size + third] = joined;
      means[third * size + one] = joined;
    }
    kept.push(...joining);
    groups.delete(other);
    for (const third of groups.keys()) {
      const was = nearest[third];
      // The mean of two is not above both: to all others stays nearest what was.
      if (third === one || was === one || was === other) nearest[third] = nearestTo(third);
    }
  }
}
