import { deploy } from '../whole/deployment.ts';
import { forkWorld } from './fork-world.ts';
import { type Bench, type Figure, quantile } from './measure.ts';
import { installEcho, messengerBots } from './messenger-bots.ts';

const tenants = 100;
const perSecond = 1000;

/** 1,000 signed updates a second for 100 tenants from a process of their own, which is also the platform and judges by its own log. */
export const bench: Bench = {
  name: 'webhooks',
  run: async ([seconds = '10', rate = String(perSecond)] = []) => {
    using world = await forkWorld();
    const bots = messengerBots({ count: tenants, baseUrl: world.baseUrl, answer: 'echo' });
    await using deployment = await deploy({
      files: bots.files,
      settings: `polyphon: 1\nplugins: [polyphon-echo]\nhttp: { allowPrivate: ["${world.host}"] }\n`,
      prepare: (directory) => installEcho(directory),
    });
    const targets = bots.targets(deployment.url);
    const chats = 50;
    await world.load({ targets, chats, pace: { kind: 'closed', atOnce: 32, total: 2 * tenants }, patienceMs: 10_000 });
    const before = process.cpuUsage();
    const result = await world.load({
      targets,
      chats,
      pace: { kind: 'open', perSecond: Number(rate), seconds: Number(seconds) },
      patienceMs: 60_000,
    });
    const { user, system } = process.cpuUsage(before);
    const none = { op: '<=', value: 0 } as const;
    return [
      {
        what: `signed webhooks over ${tenants} tenants, ${seconds} s: acknowledged`,
        value: result.acknowledged / Number(seconds),
        unit: '/s',
        goal: { op: '>=', value: Number(rate) },
      },
      {
        what: 'acknowledgement, p99',
        value: quantile(result.ackMs, 0.99),
        unit: 'ms',
        goal: { op: '<=', value: 50 },
      },
      { what: 'acknowledgement, p50', value: quantile(result.ackMs, 0.5), unit: 'ms' },
      { what: 'lost', value: result.lost.length, unit: '', goal: none },
      { what: 'doubled', value: result.doubled.length, unit: '', goal: none },
      { what: 'out of order', value: result.disordered.length, unit: '', goal: none },
      { what: 'from an update to its reply, p95', value: quantile(result.replyMs, 0.95), unit: 'ms' },
      { what: 'until the last reply', value: result.seconds, unit: 's' },
      { what: 'CPU a thousand, ours', value: (user + system) / 1000 / result.updates, unit: 's' },
    ] satisfies Figure[];
  },
};
