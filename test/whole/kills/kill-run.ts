import { setTimeout as sleep } from 'node:timers/promises';
import { MessengerWorld } from '../../bench/messenger-world.ts';
import { BuiltServer, type StoredAnswer } from './built-server.ts';

export interface KillRun {
  readonly updates: number;
  readonly acknowledged: number;
  /** Acknowledged and never answered, whatever the store says of them. */
  readonly lost: readonly string[];
  /** Answered more than once. */
  readonly doubled: readonly string[];
  /** Doubled although nothing in the store says that they may be. */
  readonly doubledUnmarked: readonly string[];
  /** How many were doubled after each end. */
  readonly doubledByEnd: readonly number[];
  readonly disordered: readonly string[];
  /** Sent once more after a death, and so marked. */
  readonly resent: number;
  /** Left to an operator. */
  readonly uncertain: number;
  readonly exitCodes: readonly (number | null)[];
  readonly integrity: string;
  readonly readyMs: readonly number[];
}

const perSecond = 50;
const thinksMs = 40;
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
  /** How long the platform takes to answer a request, at most: whoever is killed meanwhile does not know whether it was taken. 20 unless told. */
  readonly answersWithinMs?: number;
}): Promise<KillRun> {
  await using world = await MessengerWorld.open();
  const { answersWithinMs = 20 } = options;
  world.answerDelayMs = () => Math.random() * answersWithinMs;
  await using server = await BuiltServer.prepare(world, { tenants, thinksMs });
  const readyMs = [await server.start()];
  const exitCodes: (number | null)[] = [];
  const endedMs: number[] = [];
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
    endedMs.push(performance.now());
    exitCodes.push(await server.end(options.how));
    readyMs.push(await server.start());
  }
  await sleep(1000);
  stop.abort();
  const result = await load;
  await server.end('SIGTERM');
  const { integrity, open, answers } = server.examine();
  const tokensOf = (isMeant: (row: StoredAnswer) => boolean): ReadonlySet<string> =>
    new Set(answers.flatMap((row) => (isMeant(row) ? [`${row.botId} ${token.exec(row.text)?.[0]}`] : [])));
  const resent = tokensOf(({ resends }) => resends > 0);
  return {
    updates: result.updates,
    acknowledged: result.acknowledged,
    lost: open === 0 ? result.lost : [...result.lost, `${open} messages without a turn`],
    doubled: result.doubled,
    doubledUnmarked: result.doubled.filter((one) => !resent.has(one)),
    doubledByEnd: endedMs.map((fromMs, index) => {
      const untilMs = endedMs[index + 1] ?? Number.POSITIVE_INFINITY;
      return result.doubledAtMs.filter((atMs) => atMs >= fromMs && atMs < untilMs).length;
    }),
    disordered: result.disordered,
    resent: resent.size,
    uncertain: tokensOf(({ state }) => state === 'uncertain').size,
    exitCodes,
    integrity,
    readyMs,
  };
}
