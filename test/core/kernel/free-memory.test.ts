import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { FreeMemory, type GiveBack } from '../../../core/kernel/free-memory.ts';
import { FakeClock } from '../../kit/index.ts';
import { packageOrSkip } from '../../package/package-or-skip.ts';

const log = { debug() {}, info() {}, warn() {}, error() {}, with: () => log };

function open(load?: () => Promise<GiveBack | undefined>) {
  const clock = new FakeClock();
  const stopping = new AbortController();
  const given: number[] = [];
  const memory = new FreeMemory({
    clock,
    log,
    signal: stopping.signal,
    load: load ?? (async () => () => void given.push(clock.monotonicMs())),
  });
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(1000);
      await setImmediate();
    }
  };
  return { memory, clock, stopping, given, pass };
}

it('gives memory back when the process has come to rest after the last that was let go, and once more', async () => {
  const { memory, given, pass } = open();
  await pass(120);
  expect(given).toEqual([]);
  memory.soon();
  await pass(5);
  memory.soon();
  memory.soon();
  await pass(9);
  expect(given).toEqual([]);
  await pass(120);
  expect(given).toEqual([135_000, 185_000]);
  await memory.idle();
});

it('waits for nothing when the process stops', async () => {
  const { memory, stopping, clock, given } = open();
  memory.soon();
  await setImmediate();
  stopping.abort(new Error('stopping'));
  memory.soon();
  await memory.idle();
  expect([given, clock.pending]).toEqual([[], 0]);
});

it('does without, where the system or the package has no way', async () => {
  let asked = 0;
  const { memory, clock, pass } = open(async () => {
    asked += 1;
    return undefined;
  });
  memory.soon();
  await pass(120);
  await memory.idle();
  expect([asked, clock.pending]).toEqual([1, 0]);
});

const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };

it.runIf(header.glibcVersionRuntime !== undefined)('asks the system itself', async (context) => {
  await packageOrSkip('koffi', context);
  const clock = new FakeClock();
  const said: string[] = [];
  const heard = { ...log, debug: (message: string) => void said.push(message) };
  const memory = new FreeMemory({ clock, log: heard, signal: new AbortController().signal });
  memory.soon();
  await setImmediate();
  await clock.advance(10_000);
  // The package is imported first.
  await expect.poll(() => said.length, { timeout: 10_000 }).toBe(1);
  await setImmediate();
  await clock.advance(50_000);
  await memory.idle();
  expect(said).toEqual(['free memory was given back', 'free memory was given back']);
});
