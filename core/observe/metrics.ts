import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BotEvent } from '../contract/index.ts';
import { boundedLabel } from './bounded-label.ts';

/** Numbers of the process for Prometheus. Labels are bounded: a label never grows with tenants, paths or callers. */
export interface Metrics extends Disposable {
  readonly contentType: string;
  /** The exposition text. */
  text(): Promise<string>;
  /** Feed it every event of every tenant: `events.subscribe(metrics.observe)`. */
  readonly observe: (event: BotEvent) => void;
  /** `route` is a template without ids. */
  httpRequest(request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly elapsedMs: number;
  }): void;
  reload(outcome: 'swapped' | 'unchanged' | 'rejected' | 'added' | 'removed' | 'documents', elapsedMs: number): void;
  /** One question that a reranker was to judge. */
  reranking(question: {
    readonly tenantId: string;
    readonly outcome: 'ok' | 'failed' | 'timeout' | 'resting';
    readonly elapsedMs: number;
  }): void;
  /** One search in documents. `cold`: its index was loaded for it. */
  searched(search: { readonly index: 'cold' | 'open'; readonly elapsedMs: number }): void;
  /** Read at each scrape. May be called more than once; later gauges replace earlier ones of the same name. */
  readFrom(gauges: MetricGauges): void;
}

export interface MetricGauges {
  readonly tenants?: () => { readonly serving: number; readonly failed: number };
  readonly indexBytes?: () => number;
  readonly outboxPending?: () => number | Promise<number>;
  readonly activeTurns?: () => number;
  readonly sockets?: () => number;
  readonly failingChannels?: () => number;
  readonly backfill?: () => number;
}

export interface MetricsOptions {
  /** How many tenants have a label of their own; the rest is `other`. */
  readonly tenantLabels?: number;
}

const secondsBuckets = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30];
const maxRoutes = 200;
/** Turns whose end never comes (a crash of the caller) must not pile up. */
const maxOpenTurns = 20_000;
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function createMetrics(options: MetricsOptions = {}): Metrics {
  const register = new Registry();
  const registers = [register];
  const tenantLabel = boundedLabel(options.tenantLabels ?? 50);
  const routeLabel = boundedLabel(maxRoutes);
  const turnStarts = new Map<string, number>();
  const sources: { -readonly [Key in keyof MetricGauges]: MetricGauges[Key] } = {};

  const turns = new Counter({
    registers,
    name: 'polyphon_turns_total',
    help: 'Turns by how they ended.',
    labelNames: ['tenant', 'outcome'],
  });
  const turnSeconds = new Histogram({
    registers,
    name: 'polyphon_turn_seconds',
    help: 'From the start of a turn to its end.',
    buckets: secondsBuckets,
  });
  const overheadSeconds = new Histogram({
    registers,
    name: 'polyphon_turn_overhead_seconds',
    help: 'The share of a turn that is neither model nor tools.',
    buckets: secondsBuckets,
  });
  const messages = new Counter({
    registers,
    name: 'polyphon_messages_total',
    help: 'Messages by direction.',
    labelNames: ['tenant', 'direction'],
  });
  const sessions = new Counter({
    registers,
    name: 'polyphon_sessions_total',
    help: 'Changes of sessions.',
    labelNames: ['change'],
  });
  const handoffs = new Counter({
    registers,
    name: 'polyphon_handoffs_total',
    help: 'Handoffs by step.',
    labelNames: ['tenant', 'step'],
  });
  const budgets = new Counter({
    registers,
    name: 'polyphon_budgets_exceeded_total',
    help: 'Budgets for models that were used up.',
    labelNames: ['tenant', 'period'],
  });
  const tools = new Counter({
    registers,
    name: 'polyphon_tool_calls_total',
    help: 'Tool calls by result.',
    labelNames: ['tenant', 'ok'],
  });
  const failedDeliveries = new Counter({
    registers,
    name: 'polyphon_failed_deliveries_total',
    help: 'Messages a provider would not take.',
    labelNames: ['tenant'],
  });
  const reloads = new Counter({
    registers,
    name: 'polyphon_reloads_total',
    help: 'Reloads of tenants by outcome.',
    labelNames: ['outcome'],
  });
  const reloadSeconds = new Histogram({
    registers,
    name: 'polyphon_reload_seconds',
    help: 'From the change of a file to serving it.',
    buckets: secondsBuckets,
  });
  const requests = new Counter({
    registers,
    name: 'polyphon_http_requests_total',
    help: 'Requests by route and status.',
    labelNames: ['method', 'route', 'status'],
  });
  const requestSeconds = new Histogram({
    registers,
    name: 'polyphon_http_request_seconds',
    help: 'From the request line to the last byte of the response.',
    buckets: secondsBuckets,
    labelNames: ['route'],
  });
  const rerankings = new Counter({
    registers,
    name: 'polyphon_rerankings_total',
    help: 'Questions for a reranker by how it went; all but ok were served without it.',
    labelNames: ['tenant', 'outcome'],
  });
  const rerankSeconds = new Histogram({
    registers,
    name: 'polyphon_rerank_seconds',
    help: 'How long questions waited for a reranker.',
    buckets: secondsBuckets,
  });
  const searchSeconds = new Histogram({
    registers,
    name: 'polyphon_search_seconds',
    help: 'How long searches in documents took; cold: with their index loaded first.',
    buckets: secondsBuckets,
    labelNames: ['index'],
  });

  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  new Gauge({
    registers,
    name: 'polyphon_event_loop_delay_seconds',
    help: 'How late the event loop ran since the last scrape.',
    labelNames: ['quantile'],
    collect() {
      // The histogram counts nanoseconds of whole intervals; the resolution is not a delay.
      const late = (nanoseconds: number) => (Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e9 - 0.01) : 0);
      this.set({ quantile: '0.5' }, late(delay.percentile(50)));
      this.set({ quantile: '0.99' }, late(delay.percentile(99)));
      this.set({ quantile: '1' }, late(delay.max));
      delay.reset();
    },
  });
  new Gauge({
    registers,
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process.',
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    registers,
    name: 'polyphon_heap_used_bytes',
    help: 'JavaScript heap in use.',
    collect() {
      this.set(process.memoryUsage().heapUsed);
    },
  });
  new Gauge({
    registers,
    name: 'polyphon_tenants',
    help: 'Tenants by state.',
    labelNames: ['state'],
    collect() {
      const now = sources.tenants?.();
      if (now === undefined) return;
      this.set({ state: 'serving' }, now.serving);
      this.set({ state: 'failed' }, now.failed);
    },
  });
  const plainGauges = [
    ['indexBytes', 'polyphon_index_bytes', 'Memory of open retrieval indexes.'],
    ['outboxPending', 'polyphon_outbox_pending', 'Messages waiting to be sent.'],
    ['activeTurns', 'polyphon_active_turns', 'Turns that run now.'],
    ['sockets', 'polyphon_open_sockets', 'Open WebSockets.'],
    ['failingChannels', 'polyphon_channels_failing', 'Channels that fetch by themselves and hear nothing now.'],
    ['backfill', 'polyphon_tenants_backfilling', 'Tenants with chunks whose vectors are still to be made.'],
  ] as const;
  for (const [key, name, help] of plainGauges) {
    new Gauge({
      registers,
      name,
      help,
      async collect() {
        const value = await sources[key]?.();
        if (value !== undefined) this.set(value);
      },
    });
  }

  const endTurn = (event: BotEvent & { readonly turn: string }, outcome: string) => {
    turns.inc({ tenant: tenantLabel(event.tenantId), outcome });
    const startedMs = turnStarts.get(event.turn);
    if (startedMs === undefined) return;
    turnStarts.delete(event.turn);
    turnSeconds.observe(Math.max(0, Date.parse(event.at) - startedMs) / 1000);
  };

  return {
    contentType: register.contentType,
    text: () => register.metrics(),
    observe(event) {
      switch (event.type) {
        case 'turn.started':
          if (turnStarts.size < maxOpenTurns) turnStarts.set(event.turn, Date.parse(event.at));
          return;
        case 'turn.completed':
          overheadSeconds.observe(event.overheadMs / 1000);
          return endTurn(event, event.outcome);
        case 'turn.failed':
          return endTurn(event, 'failed');
        case 'channel.message.received':
          return messages.inc({ tenant: tenantLabel(event.tenantId), direction: 'in' });
        case 'channel.message.sent':
          return messages.inc({ tenant: tenantLabel(event.tenantId), direction: 'out' });
        case 'handoff.requested':
        case 'handoff.taken':
        case 'handoff.returned':
          return handoffs.inc({ tenant: tenantLabel(event.tenantId), step: event.type.slice('handoff.'.length) });
        case 'budget.exceeded':
          return budgets.inc({ tenant: tenantLabel(event.tenantId), period: event.period });
        case 'tool.called':
          return tools.inc({ tenant: tenantLabel(event.tenantId), ok: event.ok });
        case 'delivery.failed':
          return failedDeliveries.inc({ tenant: tenantLabel(event.tenantId) });
        case 'channel.session.created':
        case 'channel.session.paused':
        case 'channel.session.resumed':
        case 'channel.session.closed':
        case 'channel.session.switched':
          return sessions.inc({ change: event.type.slice('channel.session.'.length) });
        case 'bot.reloaded':
          // Counted by reload(), which also knows the failed ones.
          return;
        default:
          event satisfies never;
      }
    },
    httpRequest({ method, route, status, elapsedMs }) {
      const label = routeLabel(route);
      requests.inc({ method: methods.has(method) ? method : 'other', route: label, status: String(status) });
      requestSeconds.observe({ route: label }, elapsedMs / 1000);
    },
    reload(outcome, elapsedMs) {
      reloads.inc({ outcome });
      reloadSeconds.observe(elapsedMs / 1000);
    },
    reranking({ tenantId, outcome, elapsedMs }) {
      rerankings.inc({ tenant: tenantLabel(tenantId), outcome });
      if (outcome !== 'resting') rerankSeconds.observe(elapsedMs / 1000);
    },
    searched({ index, elapsedMs }) {
      searchSeconds.observe({ index }, elapsedMs / 1000);
    },
    readFrom: (gauges) => void Object.assign(sources, gauges),
    [Symbol.dispose]: () => void delay.disable(),
  };
}
