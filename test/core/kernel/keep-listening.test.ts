import { describe, expect, it } from 'vitest';
import { type Deliver, type Logger, PolyphonError } from '../../../core/contract/index.ts';
import { IntakeWatch } from '../../../core/kernel/intake-watch.ts';
import { keepListening } from '../../../core/kernel/keep-listening.ts';
import { FakeClock, seededRandom, settled } from '../../kit/index.ts';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };
const deliver: Deliver = async () => [];

/** `listen` as the channel's, with its starts written down. */
function stage(
  listen: (deliver: Deliver, signal: AbortSignal, start: number, heard: () => void) => Promise<void>,
  given: Deliver = deliver,
) {
  const clock = new FakeClock();
  const stop = new AbortController();
  const startedAt: number[] = [];
  const watch = new IntakeWatch();
  const state = {
    failed: (error: unknown) => watch.failed('tg', error, clock.now()),
    heard: () => watch.heard('tg'),
    isFailing: () => watch.failureOf('tg') !== undefined,
  };
  const done = keepListening(
    {
      key: 'tg',
      listen: (given, signal, heard) => listen(given, signal, startedAt.push(clock.monotonicMs()), heard),
    },
    given,
    { clock, random: seededRandom(1), log: silent, state },
    stop.signal,
  );
  return { clock, stop, done, startedAt, failure: () => watch.failureOf('tg') };
}

const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

describe('a channel that listens', () => {
  it('begins again after a failure, each time after a longer while', async () => {
    const { clock, stop, done, startedAt } = stage(async () => {
      throw new Error('the line broke');
    });
    for (let minute = 0; minute < 10; minute += 1) await clock.advance(60_000);
    stop.abort();
    await done;
    const pauses = startedAt.slice(1).map((at, index) => at - (startedAt[index] ?? 0));
    expect(pauses[0]).toBeLessThanOrEqual(1000);
    expect(pauses.at(-1)).toBeGreaterThan(25_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(60_000);
  });

  it('begins again when it ends by itself', async () => {
    const { clock, stop, done, startedAt } = stage(async () => {});
    await clock.advance(5000);
    stop.abort();
    await done;
    expect(startedAt.length).toBeGreaterThan(1);
  });

  it('waits at least as long as its error asks for', async () => {
    const { clock, stop, done, startedAt } = stage(async () => {
      throw new PolyphonError('NET6004', 'Busy.', { retryAfterMs: 30_000 });
    });
    await clock.advance(29_000);
    expect(startedAt).toHaveLength(1);
    await clock.advance(4000);
    expect(startedAt).toHaveLength(2);
    stop.abort();
    await done;
  });

  it('forgets old failures once it has listened for a while', async () => {
    const { clock, stop, done, startedAt } = stage(async (_, signal, start) => {
      if (start === 6) await clock.sleep(600_000, signal);
      throw new Error('the line broke');
    });
    await clock.advance(800_000);
    stop.abort();
    await done;
    const afterCalm = (startedAt[6] ?? 0) - (startedAt[5] ?? 0) - 600_000;
    expect(afterCalm).toBeLessThanOrEqual(1000);
  });

  it('says what is wrong since the first failure in a row, until the platform answers', async () => {
    let platform: 'answers' | 'refuses' = 'refuses';
    const { clock, stop, done, failure } = stage(async (_, signal, __, heard) => {
      if (platform === 'refuses') throw new PolyphonError('TGM3201', 'Telegram refused the token. Ask for another.');
      heard();
      await untilStopped(signal);
    });
    await settled();
    const since = new Date(clock.now()).toISOString();
    const expected = { code: 'TGM3201', detail: 'Telegram refused the token. Ask for another.', since };
    expect(failure()).toEqual(expected);
    await clock.advance(3_600_000);
    expect(failure()).toEqual(expected);
    platform = 'answers';
    await clock.advance(60_000);
    expect(failure()).toBeUndefined();
    stop.abort();
    await done;
  });

  it('is well again after a delivery, or a minute without a failure, where it says nothing of itself', async () => {
    const quiet = stage(async (_, signal, start) => {
      if (start === 1) throw new Error('the line broke');
      await untilStopped(signal);
    });
    await quiet.clock.advance(30_000);
    expect(quiet.failure()).toMatchObject({ code: 'TEN2105', detail: expect.not.stringContaining('the line broke') });
    await quiet.clock.advance(60_000);
    expect(quiet.failure()).toBeUndefined();
    quiet.stop.abort();
    await quiet.done;

    const busy = stage(async (give, signal, start) => {
      if (start === 1) return;
      await give([]);
      await untilStopped(signal);
    });
    await settled();
    expect(busy.failure()?.detail).toContain('stopped fetching by itself');
    await busy.clock.advance(5000);
    expect(busy.failure()).toBeUndefined();
    busy.stop.abort();
    await busy.done;
    expect(busy.clock.pending).toBe(0);
  });

  it('brings the statuses along with the messages', async () => {
    const told: unknown[] = [];
    const status = { providerMessageId: 'p1', status: 'read' } as const;
    const { stop, done } = stage(
      async (give, signal) => {
        await give([], [status]);
        await untilStopped(signal);
      },
      async (_, statuses) => {
        told.push(statuses);
        return [];
      },
    );
    await settled();
    expect(told).toEqual([[status]]);
    stop.abort();
    await done;
  });

  it('ends with its signal, also in the middle of a pause, and leaves no timer', async () => {
    const { clock, stop, done } = stage(async () => {
      throw new Error('the line broke');
    });
    await settled();
    stop.abort();
    await done;
    expect(clock.pending).toBe(0);
  });

  it('delivers nothing once it was told to stop', async () => {
    let give: Deliver = deliver;
    const { stop, done } = stage((given, signal) => {
      give = given;
      return untilStopped(signal);
    });
    await settled();
    await expect(give([])).resolves.toEqual([]);
    stop.abort(new Error('stopped'));
    await done;
    await expect(give([])).rejects.toThrow('stopped');
  });
});
