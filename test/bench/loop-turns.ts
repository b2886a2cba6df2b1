import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

const timerMs = 1;
/** A part of a run. Chats, and what is done beside them, come many times in each. */
const parts = 10;

interface Pause {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Turn extends Pause {
  readonly busyMs: number;
}

/** The turns that the event loop took during one run. */
export interface LoopTurns {
  readonly seconds: number;
  /** The longest turn, in processor time of its thread. */
  readonly longestMs: number;
  /** About, as if the garbage collector had taken none of it. */
  readonly longestOwnMs: number;
  /** The longest turn of each tenth of the run. */
  readonly longestInPartMs: readonly number[];
  readonly over20Ms: number;
  /** By monitorEventLoopDelay. */
  readonly delay: { readonly longestMs: number; readonly p99Ms: number };
}

/**
 * Turns are told in processor time of their thread, so that other processes on the machine do not count; and what monitorEventLoopDelay
 * saw, in which they do: compare it with the chat alone. Some kernels count processor time in steps of 4 ms, so a turn counts as no
 * longer than it lasted.
 */
export async function loopTurns(run: () => Promise<unknown>): Promise<LoopTurns> {
  const histogram = monitorEventLoopDelay({ resolution: timerMs });
  const turns: Turn[] = [];
  const collected: Pause[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      collected.push({ fromMs: startTime, toMs: startTime + duration });
  });
  observer.observe({ entryTypes: ['gc'] });
  let before = { cpuMs: threadMs(), ms: performance.now() };
  const look = (): void => {
    const now = { cpuMs: threadMs(), ms: performance.now() };
    const busyMs = Math.min(now.cpuMs - before.cpuMs, now.ms - before.ms);
    turns.push({ fromMs: before.ms, toMs: now.ms, busyMs });
    before = now;
  };
  const probe = setInterval(look, timerMs);
  histogram.enable();
  const startedMs = performance.now();
  await run();
  // The last turn ends with the next timer.
  await pause(2 * timerMs);
  look();
  const lastedMs = performance.now() - startedMs;
  histogram.disable();
  clearInterval(probe);
  await pause(50);
  observer.disconnect();
  const waited = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - timerMs);
  const longestInPartMs = Array.from({ length: parts }, () => 0);
  for (const { fromMs, busyMs } of turns) {
    const part = Math.min(parts - 1, Math.max(0, Math.floor((parts * (fromMs - startedMs)) / lastedMs)));
    longestInPartMs[part] = Math.max(longestInPartMs[part] ?? 0, busyMs);
  }
  const longestMs = Math.max(0, ...longestInPartMs);
  const longest = turns.find(({ busyMs }) => busyMs === longestMs);
  return {
    seconds: lastedMs / 1000,
    longestMs,
    longestOwnMs: longest === undefined ? 0 : ownMs(longest, collected),
    longestInPartMs,
    over20Ms: turns.filter(({ busyMs }) => busyMs > 20).length,
    delay: { longestMs: waited(histogram.max), p99Ms: waited(histogram.percentile(99)) },
  };
}

/**
 * The longest turn that each of several runs of the same had in the same tenth of its way. On a shared machine a thread that only looks at
 * the clock stands still for 10 to 70 ms some times a minute, and its processor time goes on; what the program itself does comes again.
 */
export function longestInEachMs(runs: readonly LoopTurns[]): number {
  const inPart = (part: number) => Math.min(...runs.map(({ longestInPartMs }) => longestInPartMs[part] ?? 0));
  return Math.max(...Array.from({ length: parts }, (_, part) => inPart(part)));
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** About: as if the processor had been ours for the same share of the collector's pauses as of the whole turn. */
function ownMs(turn: Turn, pauses: readonly Pause[]): number {
  const within = (each: Pause) => Math.min(each.toMs, turn.toMs) - Math.max(each.fromMs, turn.fromMs);
  const collecting = pauses.reduce((sum, each) => sum + Math.max(0, within(each)), 0);
  return turn.busyMs * (1 - Math.min(1, collecting / (turn.toMs - turn.fromMs)));
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
