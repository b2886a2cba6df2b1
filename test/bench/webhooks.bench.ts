import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploy } from '../whole/deployment.ts';
import { type ForkedWorld, forkWorld } from './fork-world.ts';
import { type Bench, type Figure, quantile } from './measure.ts';
import { installEcho, messengerBots } from './messenger-bots.ts';

const tenants = 100;
const perSecond = 1000;
const mostTimes = 5;
const none = { op: '<=', value: 0 } as const;

/** 1,000 signed updates a second for 100 tenants from a process of their own, which is also the platform and judges by its own log. */
export const bench: Bench = {
  name: 'webhooks',
  run: async ([seconds = '10', rate = String(perSecond), deliveries = '10000'] = []) => {
    using world = await forkWorld();
    const dataDirectory = await mkdtemp(join(tmpdir(), 'polyphon-webhooks-'));
    try {
      const flow = await flowing(world, Number(seconds), Number(rate));
      return [...flow, ...(await repeated(world, Number(deliveries), dataDirectory))];
    } finally {
      await rm(dataDirectory, { recursive: true, force: true });
    }
  },
};

async function serve(world: ForkedWorld, dataDirectory?: string) {
  const bots = messengerBots({ count: tenants, baseUrl: world.baseUrl, answer: 'echo' });
  const deployment = await deploy({
    files: bots.files,
    settings: `polyphon: 1\nplugins: [polyphon-echo]\nhttp: { allowPrivate: ["${world.host}"] }\n`,
    logLevel: 'info',
    prepare: (directory) => installEcho(directory),
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
  });
  return {
    targets: bots.targets(deployment.url),
    [Symbol.asyncDispose]: () => deployment[Symbol.asyncDispose](),
  };
}

async function flowing(world: ForkedWorld, seconds: number, rate: number): Promise<readonly Figure[]> {
  await using server = await serve(world);
  const { targets } = server;
  const chats = 50;
  const warm = 20 * tenants;
  await world.load({ targets, chats, pace: { kind: 'closed', atOnce: 32, total: warm }, patienceMs: 20_000 });
  const before = process.cpuUsage();
  const pace = { kind: 'open', perSecond: rate, seconds } as const;
  const result = await world.load({ targets, chats, pace, patienceMs: 60_000 });
  const { user, system } = process.cpuUsage(before);
  return [
    {
      what: `signed webhooks over ${tenants} tenants, ${seconds} s: acknowledged`,
      value: result.acknowledged / seconds,
      unit: '/s',
      goal: { op: '>=', value: rate },
    },
    { what: 'acknowledgement, p99', value: quantile(result.ackMs, 0.99), unit: 'ms', goal: { op: '<=', value: 50 } },
    { what: 'acknowledgement, p50', value: quantile(result.ackMs, 0.5), unit: 'ms' },
    { what: 'lost', value: result.lost.length, unit: '', goal: none },
    { what: 'doubled', value: result.doubled.length, unit: '', goal: none },
    { what: 'out of order', value: result.disordered.length, unit: '', goal: none },
    { what: 'from an update to its reply, p95', value: quantile(result.replyMs, 0.95), unit: 'ms' },
    { what: 'until the last reply', value: result.seconds, unit: 's' },
    { what: 'CPU a thousand, ours', value: (user + system) / 1000 / result.updates, unit: 's' },
  ];
}

/** Each update delivered one to five times, and all of them once more to the process that comes after. */
async function repeated(world: ForkedWorld, deliveries: number, dataDirectory: string): Promise<readonly Figure[]> {
  const total = Math.ceil(deliveries / (1 + (1 + mostTimes) / 2));
  const first = await serve(world, dataDirectory);
  const pace = { kind: 'closed', atOnce: 32, total } as const;
  const result = await world.load({
    targets: first.targets,
    chats: 50,
    pace,
    maxTimes: mostTimes,
    patienceMs: 30_000,
  });
  await first[Symbol.asyncDispose]();
  await using second = await serve(world, dataDirectory);
  const again = await world.replay(second.targets);
  const of = (what: string): string => `delivered 1 to ${mostTimes} times, again after a restart: ${what}`;
  return [
    { what: of('deliveries'), value: result.deliveries + again.deliveries, unit: '' },
    { what: of('lost'), value: result.lost.length, unit: '', goal: none },
    { what: of('doubled'), value: result.doubled.length + again.replies, unit: '', goal: none },
    { what: of('out of order'), value: result.disordered.length, unit: '', goal: none },
  ];
}
