import {
  type Clock,
  type Conversations,
  type Deliver,
  type Http,
  type Logger,
  type Outbound,
  PolyphonError,
  type Random,
} from '../contract/index.ts';
import type { Store } from '../store/open-store.ts';
import { BackgroundWork } from './background-work.ts';
import type { RuntimeLeases } from './bot-runtime.ts';
import type { ConversationServices } from './conversation-services.ts';
import type { EventBus } from './events/event-bus.ts';
import type { Mail } from './events/mail.ts';
import type { Weights } from './mailbox/fair-slots.ts';
import { Mailboxes } from './mailbox/mailboxes.ts';
import { Receiver } from './mailbox/receive.ts';
import type { ConversationView } from './operator/conversation-view.ts';
import { type FilePlace, type MessageFile, readMessageFile } from './operator/message-file.ts';
import { OperatorDesk } from './operator/operator-desk.ts';
import type { OperatorMessage } from './operator/operator-message.ts';
import { channelOutbound } from './outbox/channel-outbound.ts';
import {
  type DeadLetter,
  type DeadLetterQuery,
  dismissDeadLetter,
  listDeadLetters,
  reviveDeadLetter,
} from './outbox/dead-letters.ts';
import { OutboxSender } from './outbox/outbox-sender.ts';
import { channelConversations } from './session/channel-conversations.ts';
import { SessionStreams } from './session/session-stream.ts';
import { runTurn } from './turn/turn.ts';
import type { TurnTrace } from './turn/turn-trace.ts';

export interface ConversationOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly leases: RuntimeLeases;
  readonly events: EventBus;
  /** Carries outgoing webhooks; without it there are none. */
  readonly http?: Http;
  /** Carries letters to operators; without it there are none. */
  readonly mail?: Mail;
  /** Fills a LiquidJS template. */
  render(template: string, variables: Readonly<Record<string, unknown>>): string;
  /** How many turns may run at once in the process; 256 unless told. One tenant gets at most three quarters of them, fewer the more tenants share. */
  readonly maxRunningTurns?: number;
  /** How much more than another a tenant gets while several wait. */
  readonly weights?: Weights;
}

/** Sessions, mailboxes and turns of every tenant. */
export interface ConversationEngine {
  /** Makes a channel's messages durable and starts their turns. One receipt a message, in order. */
  deliverer(tenantId: string, channelKey: string): Deliver;
  conversationsOf(tenantId: string, channelKey: string): Conversations;
  outboundOf(tenantId: string, channelKey: string): Outbound;
  /** When the message of the channel that came last was written; undefined where none is remembered. */
  lastTakenAt(tenantId: string, channelKey: string): number | undefined;
  /** Takes up turns and deliveries that a crash or a stop left unfinished: at the start, and of a bot that serves later than that. */
  recover(tenantIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Turns that wait or run. */
  activeTurns(tenantId: string): number;
  /** Takes nothing new and waits for running turns and deliveries, at most until the signal aborts; then stops them. What is unfinished is taken up by `recover`. */
  drain(signal: AbortSignal): Promise<void>;

  /** A human answers from now on; a late answer of the bot is dropped. @throws PolyphonError CNV5001. */
  take(tenantId: string, conversationId: string, signal: AbortSignal): Promise<ConversationView>;
  /** Gives the conversation back to the bot. @throws PolyphonError CNV5001. */
  return(tenantId: string, conversationId: string, signal: AbortSignal): Promise<ConversationView>;
  /**
   * A human's words; they take the conversation. Said again with the same `key` they are the message they were.
   * @throws PolyphonError CNV5001.
   */
  say(
    tenantId: string,
    conversationId: string,
    words: { readonly text: string; readonly key?: string },
    signal: AbortSignal,
  ): Promise<OperatorMessage>;
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
  ): Promise<readonly OperatorMessage[]>;
  /**
   * A file that a person sent, from the platform it came by.
   * @throws PolyphonError CNV5031 when there is none, CNV5032 to CNV5036.
   */
  file(tenantId: string, place: FilePlace, signal: AbortSignal): Promise<MessageFile>;
  /** What was given up or may not have arrived, newest first; 100 unless told. */
  deadLetters(tenantId: string, query: Partial<DeadLetterQuery>, signal: AbortSignal): Promise<readonly DeadLetter[]>;
  /** Tries a dead letter again, behind what waits. @throws PolyphonError CNV5009, CNV5015 when the person has opted out. */
  retryDeadLetter(tenantId: string, id: string, signal: AbortSignal): Promise<DeadLetter>;
  /** Lets a dead letter rest. @throws PolyphonError CNV5009. */
  dismissDeadLetter(tenantId: string, id: string, signal: AbortSignal): Promise<DeadLetter>;
  trace(tenantId: string, turnId: string, signal: AbortSignal): Promise<TurnTrace | undefined>;
}

export type { ConversationView } from './operator/conversation-view.ts';
export type { OperatorMessage } from './operator/operator-message.ts';
export type { DeadLetter } from './outbox/dead-letters.ts';

const defaultRunningTurns = 256;
const defaultDeadLetters = 100;
/** What a person writes within seconds is one turn; whatever a definition asks for, not longer after a start. */
const longestBurstMs = 10_000;

export function createConversations(options: ConversationOptions): ConversationEngine {
  const { store, clock, log } = options;
  const services: ConversationServices = {
    ...options,
    streams: new SessionStreams(store),
    wake: (tenantId, conversationId) => sender.kick(tenantId, conversationId),
    holdSending: (tenantId, conversationId, revision) => sender.hold(tenantId, conversationId, revision),
    keepEvent: (event) => background.keepEvent(event),
  };
  const sender = new OutboxSender(services);
  const background = new BackgroundWork(services, options);
  const mailboxes = new Mailboxes({
    clock,
    log,
    maxRunning: options.maxRunningTurns ?? defaultRunningTurns,
    ...(options.weights === undefined ? {} : { weights: options.weights }),
    run: async (task) => {
      const outcome = await runTurn(services, task);
      sender.look(task.tenantId, task.conversationId);
      return outcome;
    },
  });
  const receiver = new Receiver(services, mailboxes, sender);
  const desk = new OperatorDesk(services, mailboxes, sender);
  let stopping = false;

  return {
    deliverer: (tenantId, channelKey) => async (messages, statuses, moves) => {
      if (stopping) {
        throw new PolyphonError(
          'TEN2104',
          'The process is stopping and takes nothing new. Send it again in a moment.',
          {
            retryAfterMs: 1000,
          },
        );
      }
      return receiver.receive(tenantId, channelKey, { messages, statuses: statuses ?? [], moves: moves ?? [] });
    },
    conversationsOf: (tenantId, channelKey) => channelConversations(services, mailboxes, tenantId, channelKey),
    outboundOf: (tenantId, channelKey) => channelOutbound(services, sender, tenantId, channelKey),
    lastTakenAt: (tenantId, channelKey) => store.forTenant(tenantId).inbox.newestAt(channelKey),
    recover: async (tenantIds, signal) => {
      for (const tenantId of tenantIds) {
        signal.throwIfAborted();
        const { inbox } = store.forTenant(tenantId);
        mailboxes.wake(tenantId);
        // What was to be waited for by a clock that was ahead is over.
        const latestMs = clock.now() + longestBurstMs;
        for (const { conversationId, turnId, dueAt } of inbox.allOpen()) {
          mailboxes.offer(tenantId, conversationId, { turnId, dueAtMs: Math.min(dueAt, latestMs) }, 'queue');
        }
        sender.recover(tenantId);
      }
      background.begin(tenantIds);
      // Where nothing can be written nothing is served.
      await store.write(() => undefined);
    },
    activeTurns: (tenantId) => mailboxes.activeTurns(tenantId),
    drain: async (signal) => {
      stopping = true;
      await mailboxes.drain(signal);
      await sender.drain(signal);
      await background.drain(signal);
    },
    take: async (tenantId, conversationId, signal) => {
      signal.throwIfAborted();
      return desk.take(tenantId, conversationId);
    },
    return: async (tenantId, conversationId, signal) => {
      signal.throwIfAborted();
      return desk.return(tenantId, conversationId);
    },
    say: async (tenantId, conversationId, words, signal) => {
      signal.throwIfAborted();
      return desk.say(tenantId, conversationId, words);
    },
    list: async (tenantId, query, signal) => {
      signal.throwIfAborted();
      return desk.list(tenantId, query);
    },
    messages: async (tenantId, conversationId, query, signal) => {
      signal.throwIfAborted();
      return desk.messages(tenantId, conversationId, query);
    },
    file: async (tenantId, place, signal) => {
      signal.throwIfAborted();
      return await readMessageFile(services, tenantId, place, signal);
    },
    deadLetters: async (tenantId, { limit = defaultDeadLetters, state }, signal) => {
      signal.throwIfAborted();
      return listDeadLetters(services, tenantId, { limit, state });
    },
    retryDeadLetter: async (tenantId, id, signal) => {
      signal.throwIfAborted();
      const letter = await reviveDeadLetter(services, tenantId, id);
      sender.kick(tenantId, letter.conversation);
      return letter;
    },
    dismissDeadLetter: async (tenantId, id, signal) => {
      signal.throwIfAborted();
      return await dismissDeadLetter(services, tenantId, id);
    },
    trace: async (tenantId, turnId, signal) => {
      signal.throwIfAborted();
      const row = store.forTenant(tenantId).turns.byId(turnId);
      return row === undefined ? undefined : (JSON.parse(row.trace) as TurnTrace);
    },
  };
}
