import { describe, expect, it, onTestFinished } from 'vitest';
import { createMetrics } from '../../../core/observe/metrics.ts';

function metrics(options: Parameters<typeof createMetrics>[0] = {}) {
  const made = createMetrics(options);
  onTestFinished(() => made[Symbol.dispose]());
  return made;
}

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1_000).toISOString();

describe('metrics', () => {
  it('count turns by outcome and measure them from start to end', async () => {
    const made = metrics();
    made.observe({ type: 'turn.started', tenantId: 'a', at: at(0), turn: 't1', conversation: 'c' });
    made.observe({
      type: 'turn.completed',
      tenantId: 'a',
      at: at(1.5),
      turn: 't1',
      conversation: 'c',
      outcome: 'answered',
      overheadMs: 12,
    });
    made.observe({ type: 'turn.started', tenantId: 'a', at: at(2), turn: 't2', conversation: 'c' });
    made.observe({ type: 'turn.failed', tenantId: 'a', at: at(3), turn: 't2', conversation: 'c', code: 'MDL5001' });
    const text = await made.text();
    expect(text).toContain('polyphon_turns_total{tenant="a",outcome="answered"} 1');
    expect(text).toContain('polyphon_turns_total{tenant="a",outcome="failed"} 1');
    expect(text).toContain('polyphon_turn_seconds_sum 2.5');
    expect(text).toContain('polyphon_turn_seconds_count 2');
    expect(text).toContain('polyphon_turn_overhead_seconds_sum 0.012');
    expect(text).toContain('polyphon_turn_overhead_seconds_count 1');
  });

  it('do not grow with tenants or routes', async () => {
    const made = metrics({ tenantLabels: 3 });
    for (let count = 0; count < 500; count += 1) {
      made.observe({ type: 'handoff.taken', tenantId: `tenant-${count}`, at: at(0), conversation: 'c' });
      made.httpRequest({ method: count % 2 ? 'GET' : `M${count}`, route: `/r/${count}`, status: 200, elapsedMs: 1 });
    }
    const text = await made.text();
    expect(text.match(/polyphon_handoffs_total\{/g)).toHaveLength(4);
    expect(text).toContain('polyphon_handoffs_total{tenant="other",step="taken"} 497');
    expect(text.match(/polyphon_http_requests_total\{/g)?.length).toBeLessThanOrEqual(202);
    expect(text).not.toContain('method="M');
  });

  it('read gauges at the scrape, and know the event loop and the memory', async () => {
    const made = metrics();
    let pending = 3;
    made.readFrom({
      tenants: () => ({ serving: 4, failed: 1 }),
      outboxPending: async () => pending,
      indexBytes: () => 42,
    });
    expect(await made.text()).toContain('polyphon_outbox_pending 3');
    pending = 5;
    const text = await made.text();
    expect(text).toContain('polyphon_outbox_pending 5');
    expect(text).toContain('polyphon_tenants{state="serving"} 4');
    expect(text).toContain('polyphon_tenants{state="failed"} 1');
    expect(text).toContain('polyphon_index_bytes 42');
    expect(text).toMatch(/polyphon_event_loop_delay_seconds\{quantile="0.99"\} \d/);
    expect(text).toMatch(/process_resident_memory_bytes \d{6,}/);
  });

  it('count what became of questions for a reranker, and how long they waited', async () => {
    const made = metrics();
    made.reranking({ tenantId: 'acme', outcome: 'ok', elapsedMs: 120 });
    made.reranking({ tenantId: 'acme', outcome: 'resting', elapsedMs: 0 });
    const text = await made.text();
    expect(text).toContain('polyphon_rerankings_total{tenant="acme",outcome="ok"} 1');
    expect(text).toContain('polyphon_rerankings_total{tenant="acme",outcome="resting"} 1');
    expect(text).toContain('polyphon_rerank_seconds_count 1');
  });

  it('tell searches that loaded their index from others', async () => {
    const made = metrics();
    made.searched({ index: 'cold', elapsedMs: 120 });
    made.searched({ index: 'open', elapsedMs: 2 });
    const text = await made.text();
    expect(text).toContain('polyphon_search_seconds_sum{index="cold"} 0.12');
    expect(text).toContain('polyphon_search_seconds_count{index="open"} 1');
  });

  it('of two processes in one do not mix', async () => {
    const [one, two] = [metrics(), metrics()];
    one.reload('swapped', 100);
    expect(await one.text()).toContain('polyphon_reloads_total{outcome="swapped"} 1');
    expect(await two.text()).not.toContain('outcome="swapped"');
  });
});
