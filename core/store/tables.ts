import type { Generated } from 'kysely';
import type { KnowledgeTables } from './knowledge-tables.ts';

/**
 * The columns of every table, in camel case; the file has them in snake case. Times are milliseconds since the epoch, JSON is text.
 * Every table begins with the tenant, and so does each of its keys.
 */
export interface Tables extends KnowledgeTables {
  contacts: {
    tenantId: string;
    id: string;
    name: string | null;
    email: string | null;
    phone: string | null;
    createdAt: number;
  };
  /** A contact's address on one channel. */
  identities: { tenantId: string; channel: string; externalId: string; contactId: string };
  conversations: {
    tenantId: string;
    id: string;
    channel: string;
    /** The platform's id of the conversation. */
    externalId: string;
    contactId: string;
    sessionId: string;
    owner: 'bot' | 'human' | 'paused';
    /** How often in a row the bot did not know. */
    misses: number;
    language: string | null;
    createdAt: number;
    lastActiveAt: number;
  };
  sessions: {
    tenantId: string;
    id: string;
    conversationId: string;
    channel: string;
    /** SHA-256 of the token; null where the platform authenticates. */
    tokenHash: Buffer | null;
    state: 'active' | 'paused' | 'closed';
    locale: string | null;
    metadata: string;
    turns: number;
    createdAt: number;
    lastActiveAt: number;
  };
  messages: {
    seq: Generated<number>;
    tenantId: string;
    id: string;
    conversationId: string;
    sessionId: string;
    turnId: string | null;
    role: 'contact' | 'bot' | 'operator' | 'system';
    text: string;
    attachments: string;
    actions: string;
    citations: string;
    channel: string;
    createdAt: number;
  };
  turns: {
    tenantId: string;
    id: string;
    conversationId: string;
    state: 'completed' | 'failed' | 'silent';
    replyId: string | null;
    /** Hash of the bot's revision that answered. */
    revision: string;
    errorCode: string | null;
    trace: string;
    startedAt: number;
    completedAt: number;
  };
  inbox: {
    seq: Generated<number>;
    tenantId: string;
    channel: string;
    conversationId: string;
    /** The platform's id of the message: the key against duplicates within a conversation. */
    externalId: string;
    messageId: string;
    turnId: string;
    state: 'open' | 'done';
    receivedAt: number;
  };
  outbox: {
    seq: Generated<number>;
    tenantId: string;
    id: string;
    conversationId: string;
    channel: string;
    messageId: string;
    /** An OutboundMessage. */
    payload: string;
    state: 'waiting' | 'sending' | 'delivered' | 'uncertain' | 'dead';
    attempts: number;
    dueAt: number;
    providerMessageId: string | null;
    reason: string | null;
    createdAt: number;
  };
  streamEvents: { tenantId: string; sessionId: string; id: number; payload: string };
  handoffs: {
    tenantId: string;
    id: string;
    conversationId: string;
    reason: string;
    state: 'requested' | 'taken' | 'returned';
    requestedAt: number;
    changedAt: number;
  };
  usage: {
    tenantId: string;
    /** As in 2026-11-21, UTC. */
    day: string;
    model: string;
    turns: number;
    inputTokens: number;
    outputTokens: number;
  };
  revisions: { seq: Generated<number>; tenantId: string; revision: string; canonical: string; appliedAt: number };
}
