import type { Channel, Model, ResolvedBot, Retrieval, Tool } from '../contract/index.ts';

/** One revision of one bot with its ports, as a turn uses it. Ports open on first use. */
export interface BotRuntime {
  readonly bot: ResolvedBot;
  /**
   * The configured model, then its fallbacks. Opened one by one: a fallback that is not needed is not opened.
   * `next` throws for one that cannot be opened; asked again, it goes on with the one after it.
   */
  models(): AsyncIterable<Model>;
  /** Undefined where the bot has no knowledge. */
  retrieval(signal: AbortSignal): Promise<Retrieval | undefined>;
  tools(signal: AbortSignal): Promise<ReadonlyMap<string, Tool>>;
  channel(key: string, signal: AbortSignal): Promise<Channel>;
  /** Aborts when the tenant stops without waiting any longer. */
  readonly signal: AbortSignal;
}

/** Keeps a revision open until it is disposed: a turn ends on the revision it began with. */
export interface RuntimeLease extends Disposable {
  readonly runtime: BotRuntime;
}

export interface RuntimeLeases {
  /** @throws PolyphonError TEN2101, TEN2102. */
  acquire(tenantId: string): RuntimeLease;
  /** The bot as it serves now, of which nothing is kept open; undefined where it does not serve. */
  botOf(tenantId: string): ResolvedBot | undefined;
  /** How long what people say is kept, by the bot as it serves now or, where it does not, as it served last; undefined for good. */
  retentionOf(tenantId: string): number | undefined;
}
