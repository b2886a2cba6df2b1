import { expect, it } from 'vitest';
import { simulate } from './simulate.ts';

/** Every seed that ever failed stands here for good. */
const remembered: readonly number[] = [2801, 4387, 7868, 9151];
const seeds = [...remembered, ...Array.from({ length: 25 }, (_, index) => index + 1)];

it.each(seeds)('loses, doubles and reorders nothing, whatever goes wrong around it (seed %i)', async (seed) => {
  expect((await simulate(seed)).objections).toEqual([]);
});

it('survives a crash at each of its writes, before it and after it', async () => {
  const small = { people: 2, stepsEach: 5 };
  let writes = 0;
  await simulate(7, {
    ...small,
    crashes: {
      atWrite: () => {
        writes += 1;
        return 'not';
      },
    },
  });
  expect(writes).toBeGreaterThan(20);
  for (const when of ['before', 'after'] as const) {
    for (let fatal = 1; fatal <= writes; fatal += 1) {
      let count = 0;
      const atWrite = () => {
        count += 1;
        return count === fatal ? when : 'not';
      };
      const { objections } = await simulate(7, { ...small, crashes: { atWrite } });
      expect(objections, `crash ${when} write ${fatal}`).toEqual([]);
    }
  }
}, 60_000);
