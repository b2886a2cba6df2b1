import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { StartPace } from '../../../core/conversation/start-pace.ts';

/** How many of a hundred that wait have begun after each of some rounds, when each round takes so long. */
async function begun(roundMs: number, rounds: number): Promise<readonly number[]> {
  let nowMs = 0;
  const pace = new StartPace({ monotonicMs: () => nowMs });
  let count = 0;
  for (let index = 0; index < 100; index += 1) void pace.next().then(() => (count += 1));
  const seen: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await nextRound();
    seen.push(count);
    nowMs += roundMs;
  }
  return seen;
}

it('lets eight begin in each round of the event loop', async () => {
  expect(await begun(1, 4)).toEqual([8, 16, 24, 32]);
});

it('lets fewer begin while rounds are long, and always one', async () => {
  expect(await begun(40, 6)).toEqual([8, 12, 14, 15, 16, 17]);
});

it('lets everybody begin in the order they came', async () => {
  const pace = new StartPace({ monotonicMs: () => 0 });
  const order: number[] = [];
  await Promise.all(Array.from({ length: 20 }, (_, index) => pace.next().then(() => order.push(index))));
  expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
});
