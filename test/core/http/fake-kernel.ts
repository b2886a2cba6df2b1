import {
  type Channel,
  type Deliver,
  type Delivery,
  type InboundMessage,
  type Passage,
  PolyphonError,
  type Route,
  type SocketRoute,
} from '../../../core/contract/index.ts';
import type { ChannelFailure, ChannelLease, Kernel, TenantSummary } from '../../../core/kernel/face.ts';

/** A kernel of one tenant `praxis` with one channel `web`, whose routes a test gives. */
export class FakeKernel implements Kernel {
  state: Kernel['state'] = 'ready';
  readonly delivered: InboundMessage[] = [];
  readonly leases = { open: 0 };
  revision = new AbortController();
  passages: readonly Passage[] = [];
  failure: ChannelFailure | undefined;
  readonly #routes: readonly Route[];
  readonly #sockets: readonly SocketRoute[];
  /** A messenger's channel streams nothing. */
  streaming: 'events' | 'none' = 'events';

  constructor(channel: { readonly routes?: readonly Route[]; readonly sockets?: readonly SocketRoute[] } = {}) {
    this.#routes = channel.routes ?? [];
    this.#sockets = channel.sockets ?? [];
  }

  async start() {
    return { serving: 1, failed: 0, elapsedMs: 0 };
  }

  async sharedAccounts() {
    return [];
  }

  tenants(): readonly TenantSummary[] {
    return [this.tenant('praxis')];
  }

  tenant(tenantId: string): TenantSummary {
    if (tenantId !== 'praxis') throw new PolyphonError('TEN2101', 'Tenant: there is none of this name; praxis exists.');
    return {
      tenantId,
      name: { de: 'Praxis' },
      labels: {},
      state: 'serving',
      revision: 'r1',
      channels: [
        {
          ...{ key: 'web', use: 'web-chat', enabled: true },
          ...(this.failure === undefined ? {} : { failure: this.failure }),
        },
      ],
      languages: { default: 'de', supported: ['de'] },
      model: 'offline',
      chunks: 3,
      suggestions: ['Was kostet eine Krone?'],
      diagnostics: [],
      activeTurns: 0,
    };
  }

  async channel(tenantId: string, key: string): Promise<ChannelLease> {
    this.tenant(tenantId);
    if (key !== 'web') throw new PolyphonError('TEN2103', 'Channel: praxis has none of this name.');
    this.leases.open += 1;
    const channel: Channel = {
      capabilities: { text: { maxLength: 4_000, format: 'plain' }, media: [], buttons: 0, streaming: this.streaming },
      routes: this.#routes,
      sockets: this.#sockets,
    };
    const deliver: Deliver = async (messages) => {
      this.delivered.push(...messages);
      return messages.map(() => ({ status: 'refused', reason: 'paused' }));
    };
    const release = () => {
      this.leases.open -= 1;
    };
    return {
      channel,
      socketRoutes: this.#sockets,
      deliver,
      failure: this.failure,
      signal: this.revision.signal,
      [Symbol.dispose]: release,
    };
  }

  async search() {
    return this.passages;
  }

  tryModel(): never {
    throw new Error('not used over HTTP');
  }

  tryEmbedding(): never {
    throw new Error('not used over HTTP');
  }

  ingest(): never {
    throw new Error('not used over HTTP');
  }

  reload(): never {
    throw new Error('not used over HTTP');
  }

  async knowledgeIdle() {}

  async watch() {}

  async [Symbol.asyncDispose]() {}
}

/** What a handler answers that has heard no message. */
export const ok = (body: unknown): Delivery => ({ kind: 'ignored', response: Response.json(body) });

/** A route of a channel, as a test gives it to a `FakeKernel`. */
export function route(
  method: Route['method'],
  path: string,
  handle: Route['handle'],
  more: Partial<Route> = {},
): Route {
  return { method, path, handle, ...more };
}
