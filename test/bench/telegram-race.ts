import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type ForkedWorld, messageOf } from './fork-world.ts';
import type { WorldTarget } from './messenger-load.ts';

/** So many updates wait for their reply at any time. */
export const atOnce = 32;
/** So many updates one subject answers before it is the next one's turn: a second or so, because each beginning is slower than what follows. */
const lapUpdates = 2000;
/** Until then V8 still compiles, in threads of its own: a fifth of our processor time, a third of a smaller framework's. */
const warmUp = 20_000;

export interface Subject {
  readonly framework: 'telegraf' | 'polyphon' | 'grammy';
  readonly bots: number;
  /** Where a model answers; the others answer by a constant. */
  readonly openaiUrl?: string;
}

export interface Run {
  readonly perSecond: number;
  /** A thousand updates, as long as it has run already. */
  readonly cpuSeconds: number;
  /** The same soon after its start. */
  readonly firstCpuSeconds: number;
  readonly readyMb: number;
  readonly afterMb: number;
  readonly wrong: number;
}

interface Runner {
  readonly child: ChildProcess;
  readonly targets: readonly WorldTarget[];
  readonly readyMb: number;
  readonly chats: number;
  wrong: number;
}

interface Stretch {
  readonly cpuSeconds: number;
  readonly perSecond: number;
}

/**
 * Each subject in a process of its own against the same platform. They take turns, two thousand updates at a time: what else runs on the
 * machine makes it half as fast for half a minute, and whoever ran just then would look bad. Processor time is that of the whole stretch,
 * so that what a subject does behind its answers counts too.
 */
export async function race(world: ForkedWorld, subjects: readonly Subject[], total: number): Promise<readonly Run[]> {
  const runners: Runner[] = [];
  try {
    for (const subject of subjects) runners.push(await start(world, subject, total));
    const bots = Math.max(...subjects.map((subject) => subject.bots));
    // Each bot has had a message.
    await takeTurns(world, runners, Math.max(bots, Math.ceil(total / 4)), Math.max(bots, lapUpdates));
    const first = await takeTurns(world, runners, total);
    await takeTurns(world, runners, warmUp);
    const later = await takeTurns(world, runners, total);
    const runs: Run[] = [];
    for (const [index, { child, readyMb, wrong }] of runners.entries()) {
      const { residentMb } = await need(child, 'memory');
      runs.push({
        perSecond: later[index]?.perSecond ?? Number.NaN,
        cpuSeconds: later[index]?.cpuSeconds ?? Number.NaN,
        firstCpuSeconds: first[index]?.cpuSeconds ?? Number.NaN,
        readyMb,
        afterMb: residentMb,
        wrong,
      });
    }
    return runs;
  } finally {
    await Promise.all(runners.map(({ child }) => end(child)));
  }
}

async function start(world: ForkedWorld, { framework, bots, openaiUrl = '' }: Subject, total: number): Promise<Runner> {
  const child = fork(
    fileURLToPath(new URL('./telegram-subject.ts', import.meta.url)),
    [framework, String(bots), world.baseUrl, openaiUrl],
    { execArgv: ['--expose-gc'] },
  );
  const { targets, readyMb } = await messageOf<{ targets: readonly WorldTarget[]; readyMb: number }>(child);
  // Ten messages a person; where a model reads what was said before, the warm-up counts too.
  const said = openaiUrl === '' ? total : 2 * total + warmUp;
  return { child, targets, readyMb, chats: Math.max(1, Math.ceil(said / 10 / bots)), wrong: 0 };
}

/** It clears away its files before it ends. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  await ended;
}

/** So many updates for each, a lap at a time; who begins is another one each time. */
async function takeTurns(
  world: ForkedWorld,
  runners: readonly Runner[],
  updates: number,
  lap = lapUpdates,
): Promise<readonly Stretch[]> {
  const begun = await Promise.all(runners.map(({ child }) => need(child, 'time')));
  const seconds = runners.map(() => 0);
  const replies = runners.map(() => 0);
  for (let done = 0, laps = 0; done < updates; done += lap, laps += 1) {
    for (let place = 0; place < runners.length; place += 1) {
      const index = (place + laps) % runners.length;
      const runner = runners[index];
      if (runner === undefined) continue;
      const pace = { kind: 'closed', atOnce, total: Math.min(lap, updates - done) } as const;
      const { targets, chats } = runner;
      const result = await world.load({ targets, chats, pace, patienceMs: 20_000 });
      seconds[index] = (seconds[index] ?? 0) + result.seconds;
      replies[index] = (replies[index] ?? 0) + result.replies;
      runner.wrong += result.lost.length + result.doubled.length;
    }
  }
  const ended = await Promise.all(runners.map(({ child }) => need(child, 'time')));
  return runners.map((_, index) => ({
    cpuSeconds: ((ended[index]?.cpuSeconds ?? 0) - (begun[index]?.cpuSeconds ?? 0)) / (updates / 1000),
    perSecond: (replies[index] ?? 0) / (seconds[index] ?? 1),
  }));
}

function need(child: ChildProcess, what: 'time' | 'memory'): Promise<{ cpuSeconds: number; residentMb: number }> {
  const answer = messageOf<{ cpuSeconds: number; residentMb: number }>(child);
  child.send(what);
  return answer;
}
