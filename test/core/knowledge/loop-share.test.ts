import { describe, expect, it } from 'vitest';
import { LoopShare } from '../../../core/knowledge/loop-share.ts';
import { FakeClock } from '../../kit/fake-clock.ts';

/** Ten steps of 3 ms, and the round of the event loop in which each ran. */
async function tenSteps(shareMs: number): Promise<readonly number[]> {
  let nowMs = 0;
  const clock = Object.assign(new FakeClock(), { monotonicMs: () => nowMs });
  const share = new LoopShare(shareMs, clock);
  let round = 0;
  let counting = true;
  const count = (): void => {
    round += 1;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  const rounds = await Promise.all(
    Array.from({ length: 10 }, async () => {
      await share.turn();
      nowMs += 3;
      return round;
    }),
  );
  counting = false;
  return rounds;
}

describe('steps of searches', () => {
  it('go on in later rounds of the event loop when they have had their share of one', async () => {
    const rounds = await tenSteps(4);
    const each = Map.groupBy(rounds, (round) => round);
    expect([...each.values()].map((steps) => steps.length)).toEqual([2, 2, 2, 2, 2]);
  });

  it('all run in one round while they are short', async () => {
    expect(new Set(await tenSteps(100)).size).toBe(1);
  });

  it('go on at once while something is left of the share', async () => {
    let nowMs = 0;
    const share = new LoopShare(4, Object.assign(new FakeClock(), { monotonicMs: () => nowMs }));
    await share.turn();
    await new Promise(setImmediate);
    nowMs = 3;
    expect(share.turn()).toBeUndefined();
    nowMs = 5;
    expect(share.turn()).toBeDefined();
  });

  it('begin in the order in which they came', async () => {
    const share = new LoopShare(0, new FakeClock());
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((each) => share.turn()?.then(() => order.push(each))));
    expect(order).toEqual([1, 2, 3]);
  });
});
