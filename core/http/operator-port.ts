import type { BotEvent } from '../contract/index.ts';
import type { FilePlace, MessageFile } from '../conversation/operator/message-file.ts';
import type { OperatorMessage } from '../conversation/operator/operator-message.ts';
import type { DeadLetter, DeadLetterQuery } from '../conversation/outbox/dead-letters.ts';
import type { WebhookEntry } from '../conversation/webhook-log/webhook-entry.ts';
import type { UnansweredGroup } from '../knowledge/unanswered-questions.ts';

/** What the operator routes ask of the conversations of a tenant. */
export interface OperatorConversations {
  /** Latest first. */
  list(
    tenantId: string,
    query: { readonly limit: number; readonly before?: string },
    signal: AbortSignal,
  ): Promise<readonly ConversationSummary[]>;
  /** In order, after the message with id `after`. Undefined when the tenant has no such conversation. */
  messages(
    tenantId: string,
    conversation: string,
    query: { readonly limit: number; readonly after?: string },
    signal: AbortSignal,
  ): Promise<readonly OperatorMessage[] | undefined>;
  /** A file that a person sent, fetched from the platform. @throws PolyphonError CNV5031 to CNV5036. */
  file(tenantId: string, place: FilePlace, signal: AbortSignal): Promise<MessageFile>;
  /** A person answers from now on. False when the tenant has no such conversation. */
  take(tenantId: string, conversation: string, signal: AbortSignal): Promise<boolean>;
  /** The bot answers again. False when the tenant has no such conversation. */
  return(tenantId: string, conversation: string, signal: AbortSignal): Promise<boolean>;
  /**
   * Says `text` to the contact as an operator, which takes the conversation; with a `key` known from before it is the message from
   * before. Undefined when there is no such conversation.
   */
  say(
    tenantId: string,
    conversation: string,
    words: { readonly text: string; readonly key?: string },
    signal: AbortSignal,
  ): Promise<OperatorMessage | undefined>;
  usage(tenantId: string, signal: AbortSignal): Promise<readonly UsageRow[]>;
  /** Live events of one tenant until the signal aborts. */
  events(tenantId: string, signal: AbortSignal): AsyncIterable<BotEvent>;
}

export interface ConversationSummary {
  readonly id: string;
  readonly channel: string;
  readonly owner: 'bot' | 'human' | 'paused';
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly lastMessageAt?: string;
}

export interface UsageRow {
  /** ISO 8601 date, UTC. */
  readonly day: string;
  /** As in `openai:gpt-4.1-mini`. */
  readonly model: string;
  readonly turns: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What the operator routes ask of the channels of a tenant. */
export interface OperatorDeliveries {
  /** Newest first. */
  deadLetters(tenantId: string, query: DeadLetterQuery, signal: AbortSignal): Promise<readonly DeadLetter[]>;
  /** Tries it again. Undefined when the tenant has no such dead letter. @throws PolyphonError CNV5015 when the person has opted out. */
  retry(tenantId: string, id: string, signal: AbortSignal): Promise<DeadLetter | undefined>;
  /** Lets it rest. Undefined when the tenant has no such dead letter. */
  dismiss(tenantId: string, id: string, signal: AbortSignal): Promise<DeadLetter | undefined>;
  /** Newest first; with `after` in order, those after the entry with this id. */
  webhookLog(
    tenantId: string,
    query: { readonly limit: number; readonly after?: number },
    signal: AbortSignal,
  ): Promise<readonly WebhookEntry[]>;
}

/** What the operator routes ask of the knowledge of a tenant. */
export interface OperatorKnowledge {
  documents(tenantId: string, signal: AbortSignal): Promise<readonly DocumentSummary[]>;
  /** What was asked and not known in the last days, most asked first. */
  unanswered(
    tenantId: string,
    query: { readonly days: number },
    signal: AbortSignal,
  ): Promise<readonly UnansweredGroup[]>;
}

export interface DocumentSummary {
  /** The key in `knowledge:`. */
  readonly source: string;
  readonly document: string;
  readonly title: string;
  readonly state: string;
  readonly chunks: number;
  /** Milliseconds since the epoch. */
  readonly readAt: number;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}
