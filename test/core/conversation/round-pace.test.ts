import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RoundPace } from '../../../core/conversation/round-pace.ts';

/** How many of a hundred that wait have begun after each of some rounds, when each round takes so long. */
async function begun(roundMs: number, rounds: number): Promise<readonly number[]> {
  let nowMs = 0;
  const pace = new RoundPace({ monotonicMs: () => nowMs });
  let count = 0;
  for (let index = 0; index < 100; index += 1) void pace.begin().then(() => (count += 1));
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
  const pace = new RoundPace({ monotonicMs: () => 0 });
  const order: number[] = [];
  await Promise.all(Array.from({ length: 20 }, (_, index) => pace.begin().then(() => order.push(index))));
  expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

/** A clock that a step of work moves on. */
function slowWork() {
  let nowMs = 0;
  const pace = new RoundPace({ monotonicMs: () => nowMs });
  return {
    pace,
    work: (ms: number) => {
      nowMs += ms;
    },
  };
}

it('lets nobody else begin in a round that is full of work', async () => {
  const { pace, work } = slowWork();
  let count = 0;
  for (let index = 0; index < 10; index += 1)
    void pace.begin().then(async () => {
      // What a step sets off without waiting belongs to it.
      await null;
      count += 1;
      work(6);
    });
  const seen: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await nextRound();
    seen.push(count);
  }
  expect(seen).toEqual([2, 4, 6]);
});

it('lets what has begun go on at once while there is time, and before others begin', async () => {
  const { pace, work } = slowWork();
  const order: string[] = [];
  const turn = async (name: string, ms: number): Promise<void> => {
    await pace.begin();
    order.push(`${name} begins`);
    work(ms);
    await pace.goOn();
    order.push(`${name} goes on`);
  };
  await Promise.all([turn('short', 1), turn('long', 20), turn('late', 1)]);
  expect(order).toEqual([
    'short begins',
    'short goes on',
    'long begins',
    'long goes on',
    'late begins',
    'late goes on',
  ]);
});
