import { describe, expect, it, onTestFinished } from 'vitest';
import type { Logger } from '../../../core/contract/index.ts';
import { RefreshSchedule } from '../../../core/kernel/refresh-schedule.ts';
import { systemRandom } from '../../../core/kernel/system.ts';
import { FakeClock, settled } from '../../kit/fake-clock.ts';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };
const hourMs = 3_600_000;
const minuteMs = 60_000;

/** Refreshes that end at once, or when the test says so. */
function start(
  options: { readonly held?: 'yes'; readonly chance?: number; readonly outcome?: () => 'done' | 'failed' } = {},
) {
  // A Friday, 09:00 in Greenwich.
  const clock = new FakeClock(Date.UTC(2026, 10, 20, 9, 0));
  const begun: { readonly source: string; readonly at: string }[] = [];
  const gates = new Map<string, () => void>();
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const schedule = new RefreshSchedule({
    clock,
    random: { ...systemRandom, next: () => options.chance ?? 0 },
    log: silent,
    signal: stop.signal,
    refresh: async (tenantId, key) => {
      begun.push({ source: `${tenantId}/${key}`, at: new Date(clock.now()).toISOString() });
      if (options.held === 'yes') await new Promise<void>((resolve) => gates.set(`${tenantId}/${key}`, resolve));
      return options.outcome?.() ?? 'done';
    },
  });
  const finish = async (source: string) => {
    gates.get(source)?.();
    await settled();
  };
  return { clock, schedule, begun, finish, stop };
}

const nightly = { key: 'site', schedule: '0 3 * * *', timezone: 'Europe/Berlin', listedAt: undefined };

describe('the refresh of sources', () => {
  it('comes when its schedule says, in the time zone of the bot, again and again', async () => {
    const { clock, schedule, begun } = start();
    schedule.follow('a', [nightly]);
    await clock.advance(48 * hourMs);
    expect(begun.map(({ at }) => at)).toEqual(['2026-11-21T02:00:00.000Z', '2026-11-22T02:00:00.000Z']);
  });

  it('is spread over some minutes, less where it comes often', async () => {
    const { clock, schedule, begun } = start({ chance: 0.5 });
    schedule.follow('a', [nightly]);
    schedule.follow('b', [{ ...nightly, schedule: '*/10 * * * *' }]);
    await clock.advance(18 * hourMs);
    expect(begun.find(({ source }) => source === 'a/site')?.at).toBe('2026-11-21T02:02:30.000Z');
    expect(begun.find(({ source }) => source === 'b/site')?.at).toBe('2026-11-20T09:10:30.000Z');
  });

  it('is made up for when the time passed while nobody watched', async () => {
    const { schedule, begun } = start();
    schedule.follow('missed', [{ ...nightly, listedAt: Date.UTC(2026, 10, 19, 9, 0) }]);
    schedule.follow('fresh', [{ ...nightly, listedAt: Date.UTC(2026, 10, 20, 4, 0) }]);
    await schedule.idle();
    expect(begun.map(({ source }) => source)).toEqual(['missed/site']);
  });

  it('runs once for a tenant and four times in all at the same moment', async () => {
    const { schedule, begun, finish } = start({ held: 'yes' });
    for (const tenantId of ['a', 'b', 'c', 'd', 'e']) schedule.request(tenantId, 'one');
    schedule.request('a', 'two');
    expect(begun.map(({ source }) => source)).toEqual(['a/one', 'b/one', 'c/one', 'd/one']);
    await finish('b/one');
    expect(begun.at(-1)?.source).toBe('e/one');
    await finish('a/one');
    expect(begun.at(-1)?.source).toBe('a/two');
  });

  it('runs once more when it is asked for while it runs', async () => {
    const { schedule, begun, finish } = start({ held: 'yes' });
    schedule.request('a', 'site');
    schedule.request('a', 'site');
    schedule.request('a', 'site');
    expect(begun).toHaveLength(1);
    await finish('a/site');
    expect(begun).toHaveLength(2);
    await finish('a/site');
    expect(begun).toHaveLength(2);
  });

  it('is tried again after a failure, later each time, and is on time again after a success', async () => {
    let outcome: 'done' | 'failed' = 'failed';
    const { clock, schedule, begun } = start({ outcome: () => outcome });
    schedule.request('a', 'site');
    await clock.advance(16 * minuteMs);
    expect(begun).toHaveLength(2);
    await clock.advance(29 * minuteMs);
    expect(begun).toHaveLength(3);
    outcome = 'done';
    await clock.advance(60 * minuteMs);
    expect(begun).toHaveLength(4);
    await clock.advance(24 * hourMs);
    expect(begun).toHaveLength(4);
  });

  it('ends for a tenant that is gone, and for a source that lost its schedule', async () => {
    const { clock, schedule, begun } = start();
    schedule.follow('gone', [nightly]);
    schedule.follow('changed', [nightly]);
    schedule.forget('gone');
    schedule.follow('changed', []);
    await clock.advance(48 * hourMs);
    expect(begun).toEqual([]);
  });

  it('holds one timer for a thousand tenants', async () => {
    const { clock, schedule, begun } = start();
    for (let tenant = 0; tenant < 1000; tenant += 1) schedule.follow(`t${tenant}`, [nightly]);
    await settled();
    expect(clock.pending).toBe(1);
    await clock.advance(18 * hourMs);
    expect(begun).toHaveLength(1000);
  });

  it('stops with the process', async () => {
    const { clock, schedule, begun, stop } = start();
    schedule.follow('a', [nightly]);
    stop.abort();
    await clock.advance(48 * hourMs);
    await schedule.idle();
    expect(begun).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('follows what failed elsewhere with the same pauses; what waits is not put off by another failure', async () => {
    const { clock, schedule, begun } = start({ outcome: () => 'failed' });
    schedule.note('a', 'documents', 'failed');
    await clock.advance(14 * minuteMs);
    schedule.note('a', 'documents', 'failed');
    expect(begun).toHaveLength(0);
    await clock.advance(minuteMs);
    expect(begun).toHaveLength(1);
    await clock.advance(30 * minuteMs - 1);
    expect(begun).toHaveLength(1);
    await clock.advance(1);
    expect(begun).toHaveLength(2);
  });

  it('is not needed any more when what failed went well elsewhere', async () => {
    const { clock, schedule, begun } = start();
    schedule.note('a', 'documents', 'failed');
    schedule.note('a', 'documents', 'done');
    await clock.advance(48 * hourMs);
    expect(begun).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
