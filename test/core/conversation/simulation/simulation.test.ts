import { expect, it } from 'vitest';
import { type SimulationOptions, simulate } from './simulate.ts';

/** Every seed that ever failed stands here for good. */
const remembered: readonly number[] = [2801, 4387, 7868, 9151];
const seeds = [...remembered, ...Array.from({ length: 25 }, (_, index) => index + 1)];

it.each(seeds)('loses, doubles and reorders nothing, whatever goes wrong around it (seed %i)', async (seed) => {
  expect((await simulate(seed)).objections).toEqual([]);
});

/**
 * Seeds that failed before what waits behind held messages was held too, before an invitation knew that the person had written, and
 * before a late word on an earlier send or an answered invitation left what is held as it is.
 */
const rememberedClosing: readonly number[] = [11, 33, 50, 61, 76, 112, 152, 168, 1043, 701480, 702841];

it.each([...rememberedClosing, ...Array.from({ length: 10 }, (_, index) => index + 1)])(
  'holds, invites and lets go as it should where windows close (seed %i)',
  async (seed) => {
    expect((await simulate(seed, { windows: 'closing' })).objections).toEqual([]);
  },
);

/**
 * Seeds that failed before turns and answers waited for a store or a bot that comes back, before what may have arrived was asked for once
 * its bot serves, before what a template carries kept its place, and before what a platform had taken was settled once its bot serves.
 */
const rememberedWide: readonly number[] = [106, 130, 544, 655, 30716];
const rememberedWideClosing: readonly number[] = [159, 161, 325, 446, 667];
const wide = [
  ...[...rememberedWide, 1, 2, 3, 4, 5, 6, 7, 8].map((seed) => [seed, 'open'] as const),
  ...[...rememberedWideClosing, 1, 2, 3, 4, 5, 6, 7, 8].map((seed) => [seed, 'closing'] as const),
];

it.each(wide)(
  'keeps its word where the store refuses, bots come late, humans help, texts go out in pieces and others are told (seed %i, windows %s)',
  async (seed, windows) => {
    expect((await simulate(seed, { windows, world: 'wide' })).objections).toEqual([]);
  },
);

/**
 * Seeds that failed before events outlived the folder of their bot, before an invitation was looked at again when
 * the store takes it, before a late word on an earlier send left alone what STOP had given up, and before a stop
 * took down what a platform had taken while the store refused.
 */
const rememberedChanging: readonly number[] = [23, 261, 324, 3000019];
const rememberedChangingClosing: readonly number[] = [27, 51, 2000900];
const changing = [
  ...[...rememberedChanging, 1, 2, 3, 4, 5].map((seed) => [seed, 'open'] as const),
  ...[...rememberedChangingClosing, 1, 2, 3, 4, 5].map((seed) => [seed, 'closing'] as const),
];

it.each(changing)(
  'keeps its word where definitions are read again and folders of bots replaced (seed %i, windows %s)',
  async (seed, windows) => {
    expect((await simulate(seed, { windows, world: 'changing' })).objections).toEqual([]);
  },
);

it.each([1, 2, 3, 4, 5, 6, 7, 8].flatMap((seed) => [[seed, 'open'] as const, [seed, 'closing'] as const]))(
  'knows a person under two ids, whichever is told (seed %i, windows %s)',
  async (seed, windows) => {
    expect((await simulate(seed, { windows, world: 'renaming' })).objections).toEqual([]);
  },
);

/** Seeds that failed before what the disk had refused of a message's progress was kept with its outcome. */
const rememberedParting: readonly number[] = [1403, 1479];

it.each([...rememberedParting, ...Array.from({ length: 12 }, (_, index) => index + 1)])(
  'sends no part of a message twice but the one that was under way, and leaves none out (seed %i)',
  async (seed) => {
    expect((await simulate(seed, { world: 'parting' })).objections).toEqual([]);
  },
);

it('survives a crash at each of its writes, before it and after it', async () => {
  await crashEverywhere({ people: 2, stepsEach: 5 }, 7);
}, 60_000);

it('survives them where windows close', async () => {
  await crashEverywhere({ people: 1, stepsEach: 7, windows: 'closing' }, 720);
}, 60_000);

async function crashEverywhere(small: SimulationOptions, seed: number): Promise<void> {
  let writes = 0;
  await simulate(seed, {
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
      const { objections } = await simulate(seed, { ...small, crashes: { atWrite } });
      expect(objections, `crash ${when} write ${fatal}`).toEqual([]);
    }
  }
}
