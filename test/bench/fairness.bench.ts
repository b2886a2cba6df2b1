import { deploy } from '../whole/deployment.ts';
import { forkWorld } from './fork-world.ts';
import { type Bench, quantile } from './measure.ts';
import { installEcho, messengerBots } from './messenger-bots.ts';

const tenants = 10;
const othersPerSecond = 45;
/** The quota of the first tenant: 120 a minute. */
const quotaPerSecond = 2;
const times = 50;
const thinksMs = 200;

/** One tenant at its quota, then at fifty times of it; what the others notice. Their model thinks up to 200 ms. */
export const bench: Bench = {
  name: 'fairness',
  run: async ([seconds = '15'] = []) => {
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
    const load = (perSecond: number, duration: number) =>
      world.load({
        targets,
        chats: 50,
        pace: { kind: 'open', perSecond: othersPerSecond, seconds: duration },
        noise: { target: noisy, perSecond },
        patienceMs: 20_000,
      });
    await load(quotaPerSecond, 5);
    const calm = await load(quotaPerSecond, Number(seconds));
    const flooded = await load(times * quotaPerSecond, Number(seconds));
    const again = await load(quotaPerSecond, Number(seconds));
    const calmMs = quantile([...calm.replyMs, ...again.replyMs], 0.95);
    const floodedMs = quantile(flooded.replyMs, 0.95);
    return [
      { what: 'the others, one tenant at its quota: reply p95', value: calmMs, unit: 'ms' },
      { what: `the others, that tenant at ${times} times its quota: reply p95`, value: floodedMs, unit: 'ms' },
      { what: 'grown by', value: 100 * (floodedMs / calmMs - 1), unit: '%', goal: { op: '<=', value: 20 } },
      { what: 'lost by the others', value: flooded.lost.length, unit: '', goal: { op: '<=', value: 0 } },
      { what: 'doubled for the others', value: flooded.doubled.length, unit: '', goal: { op: '<=', value: 0 } },
    ];
  },
};
