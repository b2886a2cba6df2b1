import { deploy } from '../whole/deployment.ts';
import { chargedFairness } from './charged-fairness.ts';
import { forkWorld } from './fork-world.ts';
import { type Bench, type Figure, quantile } from './measure.ts';
import { medianWithBounds } from './median-with-bounds.ts';
import { installEcho, messengerBots } from './messenger-bots.ts';

const tenants = 10;
const othersPerSecond = 45;
/** The quota of the first tenant: 120 a minute. */
const quotaPerSecond = 2;
const times = 50;
const thinksMs = 200;
/** The others' p95 may grow by so much. */
const mostGrowth = 20;
const fewestPairs = 8;
const none = { op: '<=', value: 0 } as const;

/**
 * One tenant at its quota and at fifty times of it, in turn; what the others notice, whose model thinks up to 200 ms. First on a clock
 * that goes on by the CPU time used, which gives the same answer on a busy machine as on an idle one; then over real webhooks by the
 * wall clock, where each flooded window is held against the calm ones before and after it. That goes on until the median of the ratios
 * lies on one side of the goal with 95 % confidence; on a busy machine it may never do, and then it says so.
 */
export const bench: Bench = {
  name: 'fairness',
  run: async ([seconds = '4', mostPairs = '12', chargedWindows = '5'] = []) => [
    ...(await charged(Number(chargedWindows))),
    ...(Number(mostPairs) > 0 ? await byTheWall(Number(seconds), Number(mostPairs)) : []),
  ],
};

const chargedSeconds = 10;

async function charged(windows: number): Promise<readonly Figure[]> {
  const calm = { perSecond: quotaPerSecond, perMinute: 60 * quotaPerSecond };
  const figures: Figure[] = [];
  for (const { what, slots, flood } of [
    { what: `at ${times} times its quota`, slots: 256, flood: { ...calm, perSecond: times * quotaPerSecond } },
    // Four times as many turns as there are slots: all that keeps it off the others is the order in which they are served.
    { what: 'without a quota, 400/s in 16 slots', slots: 16, flood: { perSecond: 400, perMinute: 1_000_000 } },
  ]) {
    await using world = await chargedFairness(slots);
    await world.window(calm, chargedSeconds);
    const [calmMs, floodedMs]: [number[], number[]] = [[], []];
    for (let window = 0; window < windows; window += 1) {
      floodedMs.push(await world.window(flood, chargedSeconds));
      calmMs.push(await world.window(calm, chargedSeconds));
    }
    const [before, after] = [quantile(calmMs, 0.5), quantile(floodedMs, 0.5)];
    figures.push(
      { what: `by CPU time, one tenant at its quota: the others' p95`, value: before, unit: 'ms' },
      { what: `by CPU time, one ${what}: the others' p95`, value: after, unit: 'ms' },
      {
        what: `by CPU time, one ${what}: grown by`,
        value: 100 * (after / before - 1),
        unit: '%',
        goal: { op: '<=', value: mostGrowth },
      },
    );
  }
  return figures;
}

async function byTheWall(seconds: number, mostPairs: number): Promise<readonly Figure[]> {
  using world = await forkWorld();
  const bots = messengerBots({
    count: tenants,
    baseUrl: world.baseUrl,
    answer: 'echo',
    firstPerTenant: `${60 * quotaPerSecond}/min`,
  });
  await using deployment = await deploy({
    files: bots.files,
    settings: `polyphon: 1\nplugins: [polyphon-echo]\nhttp: { allowPrivate: ["${world.host}"] }\n`,
    logLevel: 'info',
    prepare: (directory) => installEcho(directory, thinksMs),
  });
  const [noisy, ...targets] = bots.targets(deployment.url);
  if (noisy === undefined) throw new Error('no tenants');
  const load = (perSecond: number) =>
    world.load({
      targets,
      chats: 50,
      pace: { kind: 'open', perSecond: othersPerSecond, seconds: seconds },
      noise: { target: noisy, perSecond },
      patienceMs: 20_000,
    });
  const [calm, flooded, growth]: number[][] = [[], [], []];
  let [lost, doubled] = [0, 0];
  const window = async (perSecond: number): Promise<number> => {
    const result = await load(perSecond);
    lost += result.lost.length;
    doubled += result.doubled.length;
    return quantile(result.replyMs, 0.95);
  };
  await window(quotaPerSecond);
  let beforeMs = await window(quotaPerSecond);
  let answer = medianWithBounds([]);
  for (let pair = 0; pair < mostPairs; pair += 1) {
    const floodedMs = await window(times * quotaPerSecond);
    const afterMs = await window(quotaPerSecond);
    growth?.push(100 * (floodedMs / ((beforeMs + afterMs) / 2) - 1));
    flooded?.push(floodedMs);
    calm?.push(afterMs);
    beforeMs = afterMs;
    answer = medianWithBounds(growth ?? []);
    if (pair + 1 >= fewestPairs && (answer.high <= mostGrowth || answer.low > mostGrowth)) break;
  }
  const of = (what: string): string => `by the wall clock, ${what}`;
  return [
    { what: of("one tenant at its quota: the others' p95"), value: quantile(calm ?? [], 0.5), unit: 'ms' },
    { what: of(`one at ${times} times its quota: the others' p95`), value: quantile(flooded ?? [], 0.5), unit: 'ms' },
    { what: of('windows of each'), value: growth?.length ?? 0, unit: '' },
    { what: of('grown by, median'), value: answer.median, unit: '%' },
    { what: of('with 95 % confidence at most'), value: answer.high, unit: '%' },
    { what: of('with 95 % confidence at least'), value: answer.low, unit: '%', goal: { op: '<=', value: mostGrowth } },
    { what: of('lost by the others'), value: lost, unit: '', goal: none },
    { what: of('doubled for the others'), value: doubled, unit: '', goal: none },
  ];
}
