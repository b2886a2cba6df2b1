import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../core/kernel/system.ts';

const dayMs = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the clock of the system', () => {
  it('keeps a deadline that is longer than a timer of Node can be', async () => {
    using deadline = systemClock.deadline(60 * dayMs);
    await vi.advanceTimersByTimeAsync(60 * dayMs - 1);
    expect(deadline.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(deadline.signal.aborted).toBe(true);
  });

  it('sleeps longer than a timer of Node can', async () => {
    const awake = vi.fn();
    void systemClock.sleep(60 * dayMs).then(awake);
    await vi.advanceTimersByTimeAsync(60 * dayMs - 1);
    expect(awake).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(awake).toHaveBeenCalled();
  });

  it('can be woken from a long sleep after its first timer, and leaves none behind', async () => {
    const stop = new AbortController();
    const sleep = systemClock.sleep(60 * dayMs, stop.signal);
    await vi.advanceTimersByTimeAsync(40 * dayMs);
    stop.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind a deadline that is over before it rings', async () => {
    {
      using deadline = systemClock.deadline(60 * dayMs);
      await vi.advanceTimersByTimeAsync(40 * dayMs);
      expect(deadline.signal.aborted).toBe(false);
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends a deadline with the signal it was given, for its reason, and then leaves nothing behind', async () => {
    const stop = new AbortController();
    const listens = vi.spyOn(stop.signal, 'removeEventListener');
    const { signal } = systemClock.deadline(dayMs, stop.signal);
    expect(signal.aborted).toBe(false);
    stop.abort('enough');
    expect(signal.reason).toBe('enough');
    expect([vi.getTimerCount(), listens.mock.calls.length]).toEqual([0, 1]);
    expect(systemClock.deadline(dayMs, stop.signal).signal.reason).toBe('enough');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('no longer follows the signal once it is disposed or over', async () => {
    const stop = new AbortController();
    const over = systemClock.deadline(10, stop.signal);
    await vi.advanceTimersByTimeAsync(10);
    const disposed = systemClock.deadline(10, stop.signal);
    disposed[Symbol.dispose]();
    stop.abort('enough');
    expect(over.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(disposed.signal.aborted).toBe(false);
  });
});
