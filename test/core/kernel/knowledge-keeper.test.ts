import { describe, expect, it } from 'vitest';
import type { Clock, Logger } from '../../../core/contract/index.ts';
import { KnowledgeKeeper } from '../../../core/kernel/knowledge-keeper.ts';
import { systemClock } from '../../../core/kernel/system.ts';
import type { IngestReport } from '../../../core/knowledge/ingest-report.ts';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };
const never = new AbortController().signal;
const report = (tenantId: string): IngestReport => ({
  tenantId,
  added: 1,
  changed: 0,
  removed: 0,
  unchanged: 0,
  chunks: 1,
  failures: [],
  elapsedMs: 1,
});

/** Ingests that end when the test says so. */
function keep(clock: Clock = systemClock) {
  const begun: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const stop = new AbortController();
  const keeper = new KnowledgeKeeper({
    ingest: async (tenantId) => {
      begun.push(tenantId);
      const gate = Promise.withResolvers<void>();
      gates.set(tenantId, gate);
      await gate.promise;
      return report(tenantId);
    },
    clock,
    log: silent,
    signal: stop.signal,
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const finish = async (tenantId: string) => {
    gates.get(tenantId)?.resolve();
    await turn();
  };
  return { keeper, begun, gates, stop, finish, turn };
}

describe('reading documents in the background', () => {
  it('reads one tenant at a time', async () => {
    const { keeper, begun, finish } = keep();
    void keeper.refresh('a');
    void keeper.refresh('b');
    expect(begun).toEqual(['a']);
    await finish('a');
    expect(begun).toEqual(['a', 'b']);
  });

  it('takes a tenant that is asked a question before the others', async () => {
    const { keeper, begun, finish } = keep();
    for (const tenantId of ['a', 'b', 'c']) void keeper.refresh(tenantId);
    void keeper.ready('c', never);
    await finish('a');
    expect(begun).toEqual(['a', 'c']);
  });

  it('makes the first question wait to the end of the first reading', async () => {
    const { keeper, finish, turn } = keep();
    void keeper.refresh('a');
    let answered = false;
    const ready = keeper.ready('a', never).then(() => {
      answered = true;
    });
    await turn();
    expect(answered).toBe(false);
    await finish('a');
    await ready;
    expect(answered).toBe(true);
  });

  it('lets the older index answer when a later reading takes long', async () => {
    const elapsed: Clock = {
      ...systemClock,
      deadline: () => ({ signal: AbortSignal.abort(new DOMException('late', 'TimeoutError')), [Symbol.dispose]() {} }),
    };
    const { keeper } = keep(elapsed);
    keeper.remember('a');
    void keeper.refresh('a');
    await keeper.ready('a', never);
  });

  it('reads again when a file changes while the tenant is being read', async () => {
    const { keeper, begun, finish } = keep();
    void keeper.refresh('a');
    void keeper.refresh('a');
    void keeper.refresh('a');
    await finish('a');
    expect(begun).toEqual(['a', 'a']);
  });

  it('reads nothing of a tenant that was removed while it waited', async () => {
    const { keeper, begun, finish } = keep();
    void keeper.refresh('a');
    const refresh = keeper.refresh('b');
    void keeper.refresh('c');
    keeper.forget('b');
    await expect(refresh).rejects.toMatchObject({ code: 'TEN2101' });
    await finish('a');
    expect(begun).toEqual(['a', 'c']);
  });

  it('takes a tenant for unread that was removed while it was read, and comes back', async () => {
    const { keeper, begun, finish, turn } = keep();
    void keeper.refresh('a');
    keeper.forget('a');
    await finish('a');
    void keeper.ready('a', never);
    await turn();
    expect(begun).toEqual(['a', 'a']);
  });

  it('gives up waiting when the caller does', async () => {
    const { keeper } = keep();
    void keeper.refresh('a');
    const caller = new AbortController();
    const ready = keeper.ready('a', caller.signal);
    caller.abort(new Error('left'));
    await expect(ready).rejects.toThrow('left');
  });
});
