import { setTimeout as sleep } from 'node:timers/promises';
import { MessengerWorld } from '../../bench/messenger-world.ts';
import { BuiltServer } from './built-server.ts';

export interface KillRun {
  readonly updates: number;
  readonly acknowledged: number;
  /** Acknowledged, never answered, and not marked as uncertain. */
  readonly lost: readonly string[];
  /** Answered more than once. */
  readonly doubled: readonly string[];
  /** Doubled although the store calls them certain. */
  readonly doubledCertain: readonly string[];
  readonly disordered: readonly string[];
  /** Marked as uncertain, and whether they arrived. */
  readonly uncertain: { readonly arrived: number; readonly missing: number };
  readonly exitCodes: readonly (number | null)[];
  readonly integrity: string;
  readonly readyMs: readonly number[];
}

const perSecond = 50;
const thinksMs = 40;
const answersWithinMs = 20;
const tenants = 4;
const token = /m\d+\.\d+/;

/**
 * The built server under a load of fifty messages a second, ended and started again so many times at random moments. The platform keeps
 * delivering what got no 2xx, as platforms do. In the end its log is held against what was acknowledged.
 */
export async function killRun(options: {
  readonly times: number;
  readonly how: 'SIGKILL' | 'SIGTERM';
  /** How long the server serves between two ends, at most. */
  readonly servesMs: number;
}): Promise<KillRun> {
  await using world = await MessengerWorld.open();
  world.answerDelayMs = () => Math.random() * answersWithinMs;
  await using server = await BuiltServer.prepare(world, { tenants, thinksMs });
  const readyMs = [await server.start()];
  const exitCodes: (number | null)[] = [];
  const stop = new AbortController();
  const load = world.load(
    {
      targets: server.targets,
      chats: 40,
      pace: { kind: 'open', perSecond, seconds: 3600 },
      insists: true,
      patienceMs: 20_000,
      quietMs: 5000,
    },
    stop.signal,
  );
  for (let time = 0; time < options.times; time += 1) {
    await sleep(200 + Math.random() * options.servesMs);
    exitCodes.push(await server.end(options.how));
    readyMs.push(await server.start());
  }
  await sleep(1000);
  stop.abort();
  const result = await load;
  await server.end('SIGTERM');
  const { integrity, open, answers } = server.examine();
  const tokensOf = (state: (name: string) => boolean): ReadonlySet<string> =>
    new Set(answers.flatMap((row) => (state(row.state) ? [`${row.botId} ${token.exec(row.text)?.[0]}`] : [])));
  const uncertain = tokensOf((state) => state === 'uncertain');
  const lost = result.lost.filter((one) => !uncertain.has(one));
  return {
    updates: result.updates,
    acknowledged: result.acknowledged,
    lost: open === 0 ? lost : [...lost, `${open} messages without a turn`],
    doubled: result.doubled,
    doubledCertain: result.doubled.filter((one) => !uncertain.has(one)),
    disordered: result.disordered.filter((one) => !uncertain.has(one)),
    uncertain: {
      arrived: [...uncertain].filter((one) => !result.lost.includes(one)).length,
      missing: [...uncertain].filter((one) => result.lost.includes(one)).length,
    },
    exitCodes,
    integrity,
    readyMs,
  };
}
