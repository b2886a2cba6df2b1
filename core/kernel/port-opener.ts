import {
  type ChannelGrants,
  type Embedding,
  type ModelGrants,
  type PluginContext,
  type PluginKind,
  PolyphonError,
  type Ports,
  type Reranker,
  type ResolvedBot,
  type Retrieval,
  type RetrievalGrants,
  type SourceGrants,
} from '../contract/index.ts';
import { batched } from '../knowledge/embed-in-batches.ts';
import { wordClasses } from '../knowledge/word-classes.ts';
import type { PlannedPort } from './open-plan.ts';
import { Owned } from './owned.ts';
import { searchOf } from './search-of.ts';
import type { TenantServices } from './tenant-services.ts';

type Plugin = PlannedPort['plugin'];

/** A plugin that does not come back would hold up the start of all bots, and every later reload of its own. */
const openDeadlineMs = 30_000;

/** A port with all that its plugin acquired. */
export interface OpenedPort {
  readonly port: unknown;
  readonly owned: Owned;
}

/** Opens the plugins of one revision, and adds to their ports what core keeps for all. */
export class PortOpener {
  readonly #bot: ResolvedBot;
  readonly #services: TenantServices;
  readonly #stopping: AbortSignal;
  readonly #openReranker: () => Promise<Reranker>;

  constructor(options: {
    readonly bot: ResolvedBot;
    readonly services: TenantServices;
    /** Aborts when the revision stops; what opens later is closed again. */
    readonly stopping: AbortSignal;
    readonly openReranker: () => Promise<Reranker>;
  }) {
    this.#bot = options.bot;
    this.#services = options.services;
    this.#stopping = options.stopping;
    this.#openReranker = options.openReranker;
  }

  /** @throws PolyphonError PLG2006 with the plugin's own error as cause; then nothing of it stays open. */
  async open(planned: PlannedPort, needed: readonly unknown[]): Promise<OpenedPort> {
    const log = this.#services.log.with({ plugin: planned.plugin.name, key: planned.key });
    const owned = new Owned(log);
    const wanted: readonly PluginKind[] = planned.plugin.needs ?? [];
    const ports = Object.fromEntries(wanted.map((kind, index) => [kind, needed[index]]));
    const context = {
      config: planned.config,
      tenantId: this.#bot.tenantId,
      key: planned.key,
      log,
      http: this.#services.http,
      clock: this.#services.clock,
      random: this.#services.random,
      signal: this.#stopping,
      ports,
      own: <R extends AsyncDisposable | Disposable>(resource: R): R => owned.add(resource),
      ...this.#grants(planned, ports),
    };
    try {
      const opened = await this.#inTime(
        planned.plugin.open(context as unknown as PluginContext<PluginKind, Plugin['schema'], PluginKind>),
      );
      const port = this.#completed(planned.kind, opened, context);
      this.#stopping.throwIfAborted();
      return { port, owned };
    } catch (error) {
      await owned[Symbol.asyncDispose]();
      if (error instanceof PolyphonError && error.code.startsWith('TEN')) throw error;
      // What the plugin itself says goes nowhere else: the message names no words of others.
      if (!(error instanceof PolyphonError)) log.warn('a plugin could not be opened', { error });
      throw new PolyphonError(
        'PLG2006',
        `Tenant ${this.#bot.tenantId}, ${entryOf(planned)}: the plugin '${planned.plugin.name}' could not be opened: ${error instanceof PolyphonError ? error.message : 'it threw an error that the log describes.'} The next use tries again.`,
        { cause: error, data: { entry: planned.token } },
      );
    }
  }

  /** What is acquired later is released at once. The wait holds the process: nothing else may, at the start. */
  async #inTime<Opened>(opening: Promise<Opened>): Promise<Opened> {
    const opened = new AbortController();
    const tooLate = this.#services.clock
      .sleep(openDeadlineMs, AbortSignal.any([opened.signal, this.#stopping]))
      .then((): never => {
        throw new PolyphonError('PLG2006', `it did not come back within ${openDeadlineMs / 1000} seconds.`);
      });
    try {
      return await Promise.race([opening, tooLate]);
    } finally {
      opened.abort();
      // The loser may still fail; nobody listens any more.
      tooLate.catch(() => {});
      opening.catch(() => {});
    }
  }

  /** What core adds to some ports, once, when they open. */
  #completed(kind: PluginKind, opened: Ports[PluginKind], context: Pick<TenantServices, 'clock' | 'log'>): unknown {
    if (kind === 'embedding') return batched(opened as Embedding, context);
    if (kind !== 'retrieval') return opened;
    return searchOf(opened as Retrieval, this.#bot, this.#services, this.#openReranker);
  }

  #grants(
    planned: PlannedPort,
    ports: Readonly<Record<string, unknown>>,
  ): Partial<ChannelGrants & ModelGrants & RetrievalGrants & SourceGrants> {
    switch (planned.kind) {
      case 'channel':
        return this.#services.channelGrants(this.#bot, planned.key);
      case 'retrieval':
        return this.#services.retrievalGrants(ports['embedding'] as Embedding | undefined);
      case 'source':
        return this.#services.sourceGrants();
      case 'model':
        return { wordClasses };
      case 'embedding':
      case 'reranker':
      case 'speechToText':
      case 'textToSpeech':
      case 'tool':
        return {};
      default:
        return planned.kind satisfies never;
    }
  }
}

/** As `channel web`, and once where a bot has only one of the kind: `embedding`. */
function entryOf({ kind, key }: PlannedPort): string {
  return kind === key ? kind : `${kind} ${key}`;
}
