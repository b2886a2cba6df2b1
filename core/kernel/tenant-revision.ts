import { isDeepStrictEqual } from 'node:util';
import {
  type Channel,
  type Deliver,
  type Embedding,
  type Model,
  type PluginKind,
  PolyphonError,
  type Reranker,
  type ResolvedBot,
  type Retrieval,
  type Source,
  type Tool,
} from '../contract/index.ts';
import type { BotRuntime, RuntimeLease } from '../conversation/bot-runtime.ts';
import type { TenantContainer } from './container.ts';
import type { EarlierRevision, EarlierSearch } from './earlier-search.ts';
import type { ChannelFailure } from './face.ts';
import { IntakeWatch } from './intake-watch.ts';
import { keepListening, type ListenerState } from './keep-listening.ts';
import { embeddingToken, type PlannedPort, retrievalToken } from './open-plan.ts';
import { Owned } from './owned.ts';
import { PortOpener } from './port-opener.ts';
import { ServingSearch } from './serving-search.ts';
import type { TenantServices } from './tenant-services.ts';
import { openWordsSearch } from './words-search.ts';

/**
 * One revision of one bot: its ports, opened on first use in the order of their needs, and closed in strict reverse of that.
 * A turn, a request and a socket each hold a lease; a retired revision closes when the last one is given back.
 */
export class TenantRevision implements BotRuntime, AsyncDisposable {
  readonly bot: ResolvedBot;
  readonly #planned: ReadonlyMap<string, PlannedPort>;
  readonly #services: TenantServices;
  readonly #stopping = new AbortController();
  readonly #opened: Owned;
  readonly #ports = new Map<string, unknown>();
  readonly #opener: PortOpener;
  readonly #beforeRetrieval: (signal: AbortSignal) => Promise<void>;
  readonly #search: ServingSearch;
  #container: TenantContainer | undefined;
  #leases = 0;
  #lastLease: (() => void) | undefined;
  readonly #notListening = new AbortController();
  #listeners: Promise<unknown> = Promise.resolve();
  readonly #intake = new IntakeWatch();

  constructor(options: {
    readonly bot: ResolvedBot;
    readonly planned: ReadonlyMap<string, PlannedPort>;
    readonly services: TenantServices;
    /** Runs before each hand-out of the retrieval port: a question waits until the documents behind it are read. */
    readonly beforeRetrieval: (signal: AbortSignal) => Promise<void>;
    /** What answers while vectors are lacking; this revision owns it. */
    readonly earlier?: EarlierSearch<EarlierRevision> | undefined;
  }) {
    this.bot = options.bot;
    this.#planned = options.planned;
    this.#services = options.services;
    this.#beforeRetrieval = options.beforeRetrieval;
    this.#opened = new Owned(options.services.log);
    this.#opener = new PortOpener({
      bot: options.bot,
      services: options.services,
      stopping: this.#stopping.signal,
      openReranker: () => this.port<Reranker>('reranker:reranker'),
    });
    const usesEmbedding = options.planned.get(retrievalToken)?.needs.includes(embeddingToken) === true;
    this.#search = new ServingSearch({
      embedding: () => this.embedding(),
      retrieval: () => this.port<Retrieval>(retrievalToken),
      openRetrieval: () => this.#ports.get(retrievalToken) as Retrieval | undefined,
      words: (why) => this.#openWords(why),
      earlier: usesEmbedding ? options.earlier : undefined,
    });
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Tokens of the ports that are open now. */
  get openTokens(): readonly string[] {
    return [...this.#ports.keys()];
  }

  get activeLeases(): number {
    return this.#leases;
  }

  lease(): RuntimeLease {
    this.#leases += 1;
    let held = true;
    return {
      runtime: this,
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#leases -= 1;
        if (this.#leases === 0) this.#lastLease?.();
      },
    };
  }

  models(): AsyncIterable<Model> {
    // A generator would end with the first model that cannot be opened; its fallback is what the definition has it for.
    const tokens = ['model:llm', ...this.bot.llm.fallback.map((_use, index) => `model:fallback-${index}`)];
    return {
      [Symbol.asyncIterator]: () => {
        let at = 0;
        return {
          next: async () => {
            const token = tokens[at];
            at += 1;
            return token === undefined
              ? { done: true, value: undefined }
              : { done: false, value: await this.port<Model>(token) };
          },
        };
      },
    };
  }

  async retrieval(signal: AbortSignal): Promise<Retrieval | undefined> {
    if (Object.keys(this.bot.knowledge).length === 0) return undefined;
    await this.#beforeRetrieval(signal);
    await this.#search.open();
    return this.#search;
  }

  /** The search if some turn has opened it; an ingest does not load an index nobody asked for. */
  openRetrieval(): ServingSearch | undefined {
    return this.#search.isOpen ? this.#search : undefined;
  }

  /** Makes the search by this revision's embedding ready, where somebody searches; an earlier one goes on until `takeOver`. */
  async prepareSearch(signal: AbortSignal): Promise<void> {
    await this.#search.prepare(signal);
  }

  takeOverSearch(): void {
    this.#search.takeOver();
  }

  embedding(): Promise<Embedding> {
    return this.port<Embedding>(embeddingToken);
  }

  async sources(): Promise<ReadonlyMap<string, Source>> {
    return this.#all<Source>('source', Object.keys(this.bot.knowledge));
  }

  async tools(): Promise<ReadonlyMap<string, Tool>> {
    return this.#all<Tool>('tool', Object.keys(this.bot.tools));
  }

  async channel(key: string): Promise<Channel> {
    if (!this.#planned.has(`channel:${key}`)) {
      const enabled = [...this.#planned.values()].filter((port) => port.kind === 'channel').map((port) => port.key);
      throw new PolyphonError(
        'TEN2103',
        `Tenant ${this.bot.tenantId}: no channel '${key}' is enabled. Enabled: ${enabled.join(', ') || 'none'}. Enable it under \`channels:\` in bot.yaml, or correct the address.`,
      );
    }
    return this.port<Channel>(`channel:${key}`);
  }

  eagerTokens(): readonly string[] {
    return [...this.#planned.values()].filter(isEager).map((port) => port.token);
  }

  /**
   * Starts the intake of the open channels that fetch by themselves; once, and not after `stopListening`. One that is as it was in the
   * revision before still hears nothing where it heard nothing there, until it is heard.
   */
  listen(deliverer: (channelKey: string) => Deliver, previous?: TenantRevision): void {
    const signal = this.#notListening.signal;
    if (signal.aborted) return;
    const running = [...this.#planned.values()].map(async (planned) => {
      const { kind, token, key } = planned;
      const channel = kind === 'channel' ? (this.#ports.get(token) as Channel | undefined) : undefined;
      if (channel?.listen === undefined) return;
      const listen = channel.listen.bind(channel);
      const failure = previous === undefined ? undefined : previous.#failureOfSame(planned);
      if (failure !== undefined) this.#intake.goesOn(key, failure);
      const state: ListenerState = {
        failed: (error) => this.#intake.failed(key, error, this.#services.clock.now()),
        heard: () => this.#intake.heard(key),
        isFailing: () => this.#intake.failureOf(key) !== undefined,
      };
      await keepListening({ key, listen }, deliverer(key), { ...this.#services, state }, signal);
    });
    this.#listeners = Promise.all(running);
  }

  /** Set while this channel fetches by itself and cannot. */
  failureOf(channelKey: string): ChannelFailure | undefined {
    return this.#intake.failureOf(channelKey);
  }

  /** Resolves when no channel fetches any more, or the patience is over. */
  async stopListening(patience: AbortSignal): Promise<void> {
    this.#notListening.abort(
      new PolyphonError(
        'TEN2102',
        `Tenant ${this.bot.tenantId}: this revision listens no more. What it has not stored comes again.`,
      ),
    );
    const { promise, resolve } = Promise.withResolvers<void>();
    const give = (): void => resolve();
    if (patience.aborted) give();
    else patience.addEventListener('abort', give, { once: true });
    await Promise.race([this.#listeners, promise]);
    patience.removeEventListener('abort', give);
  }

  has(token: string): boolean {
    return this.#planned.has(token);
  }

  /** @throws PolyphonError PLG2006 with the plugin's own error as cause. The next call tries again. */
  async port<Port>(token: string): Promise<Port> {
    const open = this.#ports.get(token);
    if (open !== undefined) return open as Port;
    this.#stopping.signal.throwIfAborted();
    this.#container ??= this.#bindAll();
    return (await this.#container.port(token)) as Port;
  }

  /** Waits for the last lease, at most until the signal aborts, then closes. */
  async retire(patience: AbortSignal): Promise<void> {
    await this.stopListening(patience);
    if (this.#leases > 0 && !patience.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#lastLease = resolve;
      const give = (): void => resolve();
      patience.addEventListener('abort', give, { once: true });
      await promise;
      // The platform keeps a signal made of others, with all it refers to, while somebody listens to it.
      patience.removeEventListener('abort', give);
    }
    await this[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stopped = new PolyphonError('TEN2102', `Tenant ${this.bot.tenantId}: this revision has stopped. Ask again.`);
    this.#notListening.abort(stopped);
    this.#stopping.abort(stopped);
    this.#ports.clear();
    await this.#search[Symbol.asyncDispose]();
    await this.#opened[Symbol.asyncDispose]();
  }

  async #all<Port>(kind: PluginKind, keys: readonly string[]): Promise<ReadonlyMap<string, Port>> {
    const ports = new Map<string, Port>();
    for (const key of keys) ports.set(key, await this.port<Port>(`${kind}:${key}`));
    return ports;
  }

  #failureOfSame({ token, key, plugin, config }: PlannedPort): ChannelFailure | undefined {
    const own = this.#planned.get(token);
    const isSame = own?.plugin.name === plugin.name && isDeepStrictEqual(own.config, config);
    return isSame ? this.#intake.failureOf(key) : undefined;
  }

  #bindAll(): TenantContainer {
    const container = this.#services.container();
    for (const planned of this.#planned.values()) {
      container.bindPort(planned.token, planned.needs, (...needed) => this.#open(planned, needed));
    }
    return container;
  }

  async #openWords(why: unknown): Promise<Retrieval> {
    const planned = this.#planned.get(retrievalToken);
    if (planned === undefined) throw why;
    const opener = this.#opener;
    const { port, owned } = await openWordsSearch(planned, why, { opener, port: (token) => this.port(token) });
    this.#opened.add(owned);
    return port;
  }

  async #open(planned: PlannedPort, needed: readonly unknown[]): Promise<unknown> {
    const { port, owned } = await this.#opener.open(planned, needed);
    this.#opened.add(owned);
    this.#ports.set(planned.token, port);
    return port;
  }
}

function isEager({ plugin, config }: PlannedPort): boolean {
  return (plugin.opensFor?.(config as never) ?? plugin.opens) === 'eager';
}
