import { describe, expect, it, onTestFinished } from 'vitest';
import type { Embedding } from '../../../core/contract/index.ts';
import { Backfills, type BackfillsServices } from '../../../core/kernel/backfills.ts';
import { systemRandom } from '../../../core/kernel/system.ts';
import { TenantSlots } from '../../../core/kernel/tenant-slots.ts';
import type { BackfillReport } from '../../../core/knowledge/backfill-report.ts';
import { FakeClock, settled } from '../../kit/fake-clock.ts';
import { never, recordingLog } from '../knowledge/tenant-knowledge.ts';
import { sampleBot } from './sample-bot.ts';

const minuteMs = 60_000;
const whole: BackfillReport = { made: 3, missing: 0 };
const refused: BackfillReport = { made: 0, missing: 3, error: { code: 'EMB8201', message: 'No.' } };

/** Runs that end when the test says so, with what it says. */
function start(...tenantIds: readonly string[]) {
  const clock = new FakeClock(0);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const slots = new TenantSlots();
  const log = recordingLog();
  const diary: string[] = [];
  const runs: { readonly tenantId: string; readonly signal: AbortSignal; end(report: BackfillReport): void }[] = [];
  for (const tenantId of tenantIds) {
    const revision = {
      bot: { ...sampleBot({}), tenantId },
      openTokens: ['embedding:embedding'],
      lease: () => ({ [Symbol.dispose]: () => void diary.push(`${tenantId} given back`) }),
      embedding: async () => ({ id: 'next' }) as Embedding,
      prepareSearch: async () => void diary.push(`${tenantId} prepared`),
      takeOverSearch: () => void diary.push(`${tenantId} taken over`),
    };
    slots.findOrMake(tenantId).current = revision as never;
  }
  const services = {
    slots,
    served: { definitionOf: () => ({}), remember: () => {} },
    knowledge: {
      backfill: async (request, signal) => {
        const { promise, resolve, reject } = Promise.withResolvers<BackfillReport>();
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        runs.push({ tenantId: request.tenantId, signal, end: resolve });
        request.onProgress?.({ phase: 'embedding', done: 1, total: 3 });
        const report = await promise;
        if (report.missing > 0) return report;
        await request.prepare(signal);
        await request.onServing();
        return report;
      },
    } as Pick<BackfillsServices['knowledge'], 'backfill'>,
    store: { forTenant: () => ({ embeddings: { served: () => undefined } }) },
    clock,
    random: { ...systemRandom, next: () => 0 },
    log,
    signal: stop.signal,
    makeRevision: async () => {
      throw new Error('none is needed');
    },
    removeOtherIndexes: async () => void diary.push('older indexes removed'),
  };
  const backfills = new Backfills(services as unknown as BackfillsServices);
  return { clock, slots, log, diary, runs, backfills, stop };
}

describe('vectors of changed embeddings', () => {
  it('are made, made ready, taken over and told of; the lease is given back', async () => {
    const { diary, log, runs, slots, backfills } = start('a');
    backfills.request('a');
    await settled();
    expect(slots.get('a').backfill).toEqual({ embedding: 'next', made: 1, missing: 2 });
    runs[0]?.end(whole);
    await backfills.idle();
    expect(diary).toEqual(['a prepared', 'a taken over', 'older indexes removed', 'a given back']);
    expect(slots.get('a').backfill).toBeUndefined();
    expect(log.lines).toMatchObject([{ level: 'info', fields: { tenant: 'a', embedding: 'next', made: 3 } }]);
  });

  it('are tried again after a minute, then two; nobody waits for that', async () => {
    const { clock, log, runs, slots, backfills } = start('a');
    backfills.request('a');
    await settled();
    runs[0]?.end(refused);
    await backfills.idle();
    expect(slots.get('a').backfill).toEqual({ embedding: 'next', ...refused });
    await clock.advance(minuteMs - 1);
    expect(runs).toHaveLength(1);
    await clock.advance(1);
    expect(runs).toHaveLength(2);
    runs[1]?.end(refused);
    await backfills.idle();
    await clock.advance(2 * minuteMs - 1);
    expect(runs).toHaveLength(2);
    await clock.advance(1);
    expect(runs).toHaveLength(3);
    runs[2]?.end(whole);
    await backfills.idle();
    await clock.advance(60 * minuteMs);
    expect(runs).toHaveLength(3);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'info']);
  });

  it('are made for four bots at once, and a slow one holds up no other', async () => {
    const { runs, backfills } = start('a', 'b', 'c', 'd', 'e');
    for (const tenantId of ['a', 'b', 'c', 'd', 'e']) backfills.request(tenantId);
    await settled();
    expect(runs.map(({ tenantId }) => tenantId)).toEqual(['a', 'b', 'c', 'd']);
    runs[2]?.end(whole);
    await settled();
    expect(runs.map(({ tenantId }) => tenantId)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('stop for another definition, and begin again for that one only when the first run has ended', async () => {
    const { diary, log, runs, slots, backfills } = start('a');
    backfills.request('a');
    await settled();
    backfills.supersede('a');
    expect(runs[0]?.signal.aborted).toBe(true);
    expect(slots.get('a').backfill).toBeUndefined();
    backfills.request('a');
    await settled();
    expect(runs).toHaveLength(2);
    expect(diary).toEqual(['a given back']);
    runs[1]?.end(whole);
    await backfills.idle();
    expect(log.lines.map(({ level }) => level)).toEqual(['info']);
  });

  it('that somebody waits for take the place of a run in the background', async () => {
    const { runs, backfills } = start('a');
    backfills.request('a');
    await settled();
    const finished = backfills.finish('a', undefined, never);
    await settled();
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    runs[1]?.end(whole);
    expect(await finished).toEqual(whole);
    await backfills.idle();
    expect(runs).toHaveLength(2);
  });

  it('that nobody waits for any more are made in the background after all', async () => {
    const { clock, runs, backfills } = start('a');
    backfills.request('a');
    await settled();
    const gone = new AbortController();
    const finished = backfills.finish('a', undefined, gone.signal).catch((error: Error) => error.message);
    await settled();
    gone.abort(new Error('gone'));
    expect(await finished).toBe('gone');
    await clock.advance(minuteMs);
    expect(runs).toHaveLength(3);
    runs[2]?.end(whole);
    await backfills.idle();
  });

  it('end with the process', async () => {
    const { runs, backfills, stop } = start('a', 'b');
    backfills.request('a');
    const finished = backfills.finish('b', undefined, never).catch((error: Error) => error.message);
    await settled();
    stop.abort(new Error('the process stops'));
    await backfills.idle();
    expect(await finished).toBe('the process stops');
    expect(runs).toHaveLength(2);
  });
});
