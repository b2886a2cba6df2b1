import type { Clock, Conversations, Deliver, Logger, Message, Random, SessionState } from '../contract/index.ts';
import type { Store } from '../store/open-store.ts';
import type { RuntimeLeases } from './bot-runtime.ts';
import type { EventBus } from './event-bus.ts';
import type { TurnTrace } from './turn-trace.ts';

export interface ConversationOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly leases: RuntimeLeases;
  readonly events: EventBus;
  /** Fills a LiquidJS template. */
  render(template: string, variables: Readonly<Record<string, unknown>>): string;
  /** How many turns may run at once in the process; 256 unless told. One tenant gets at most three quarters of them. */
  readonly maxRunningTurns?: number;
}

/** Sessions, mailboxes and turns of every tenant. */
export interface ConversationEngine {
  /** Makes a channel's messages durable and starts their turns. One receipt a message, in order. */
  deliverer(tenantId: string, channelKey: string): Deliver;
  conversationsOf(tenantId: string, channelKey: string): Conversations;
  /** Takes up turns and deliveries that a crash or a stop left unfinished. */
  recover(tenantIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Turns that wait or run. */
  activeTurns(tenantId: string): number;
  /** Takes nothing new and waits for running turns and deliveries, at most until the signal aborts; then stops them. What is unfinished is taken up by `recover`. */
  drain(signal: AbortSignal): Promise<void>;

  /** A human answers from now on; a late answer of the bot is dropped. @throws PolyphonError CNV5001. */
  take(tenantId: string, conversationId: string, signal: AbortSignal): Promise<ConversationView>;
  /** Gives the conversation back to the bot. @throws PolyphonError CNV5001. */
  return(tenantId: string, conversationId: string, signal: AbortSignal): Promise<ConversationView>;
  /** A human's words; they take the conversation. @throws PolyphonError CNV5001. */
  say(
    tenantId: string,
    conversationId: string,
    words: { readonly text: string },
    signal: AbortSignal,
  ): Promise<Message>;
  /** Newest activity first; 50 unless told. */
  list(
    tenantId: string,
    query: { readonly limit?: number; readonly owner?: ConversationView['owner'] },
    signal: AbortSignal,
  ): Promise<readonly ConversationView[]>;
  /** In order, after the message with id `after`; 100 unless told. @throws PolyphonError CNV5001. */
  messages(
    tenantId: string,
    conversationId: string,
    query: { readonly after?: string; readonly limit?: number },
    signal: AbortSignal,
  ): Promise<readonly Message[]>;
  trace(tenantId: string, turnId: string, signal: AbortSignal): Promise<TurnTrace | undefined>;
}

export interface ConversationView {
  readonly id: string;
  readonly channel: string;
  readonly session: string;
  readonly sessionState: SessionState;
  readonly owner: 'bot' | 'human' | 'paused';
  readonly contact: { readonly id: string; readonly name?: string; readonly email?: string; readonly phone?: string };
  readonly language?: string;
  /** Answers in a row in which the bot did not know. */
  readonly misses: number;
  /** Why a human was asked for, while nobody has taken over. */
  readonly handoff?: string;
  readonly createdAt: string;
  readonly lastActiveAt: string;
}
