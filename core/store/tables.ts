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
  identities: {
    tenantId: string;
    channel: string;
    externalId: string;
    contactId: string;
    /** Null until the person has said one or the other. */
    consent: 'in' | 'out' | null;
    consentAt: number | null;
  };
  /** Addresses of people who want no messages and have been erased: no name, and no address that can be read. */
  optOuts: {
    tenantId: string;
    digest: Buffer;
    saidAt: number;
  };
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
    /** What its turns have cost so far. */
    cost: number;
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
    /** When the contact last changed the text. */
    editedAt: number | null;
    /** A MessageAuthor; null where nobody needs to know more of the author than the role. */
    author: string | null;
    /** What it answers of what was said before, shortened. */
    quotes: string | null;
  };
  turns: {
    seq: Generated<number>;
    tenantId: string;
    id: string;
    conversationId: string;
    state: 'completed' | 'failed' | 'silent';
    outcome: 'answered' | 'unknown' | 'failed' | 'silent';
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
    /** By the platform's clock; null in rows from before it was kept. */
    heardAt: number | null;
    /** The turn begins at this time at the earliest: other messages may join it until then. */
    dueAt: number;
    /** The platform's name of the album that the message is part of. */
    groupName: string | null;
  };
  /** What was erased and may come again: no word of it, and no name. */
  erasedMessages: {
    tenantId: string;
    /** See `digestOf`. */
    digest: Buffer;
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
    /** `dismissed`: dead or uncertain, until an operator let it rest. */
    state: 'waiting' | 'sending' | 'delivered' | 'uncertain' | 'dead' | 'dismissed';
    attempts: number;
    /** Not before; of what is being sent, when that began. */
    dueAt: number;
    providerMessageId: string | null;
    reason: string | null;
    /** Of a message that was sent: what it came to in the platform's own measure, as in `2 segments, UCS-2`. */
    note: string | null;
    createdAt: number;
    /**
     * A notice is what the law wants answered also where the person has opted out. `begin` is what nobody has asked for just now: an
     * operator's words, a template, a notice of the bot's own. Quiet hours hold it back. An `invitation` is a template that asks the
     * person to write, for the sake of a message that is held until then.
     */
    purpose: 'reply' | 'notice' | 'begin' | 'invitation';
    /** How often it was sent once more because the process had ended while it was being sent: it may have arrived so many times too often. */
    resends: number;
  };
  /** The platforms' word on messages they took; it may come before we know that they did. */
  deliveryStatuses: {
    tenantId: string;
    channel: string;
    providerMessageId: string;
    status: 'sent' | 'failed' | 'delivered' | 'read';
    reason: string | null;
    at: number;
    /** 1 once it is old and its message was found: it goes with that. */
    matched: Generated<0 | 1>;
  };
  /** Requests of platforms, without what people wrote. */
  webhookLog: {
    seq: Generated<number>;
    tenantId: string;
    at: number;
    channel: string;
    method: string;
    /** The template, as in `webhook`. */
    route: string;
    status: number;
    taken: 'accepted' | 'ignored' | 'rejected' | 'failed';
    detail: string;
    durationMs: number;
    headers: string;
    bodyBytes: number;
    shape: string;
  };
  streamEvents: { tenantId: string; sessionId: string; id: number; payload: string };
  /** Claims that a conversation goes on on another channel, until the person there has confirmed. */
  switches: {
    tenantId: string;
    id: string;
    sessionId: string;
    conversationId: string;
    /** The channel it is to go on, and the person's address there as it was claimed. */
    channel: string;
    address: string;
    method: 'code' | 'word';
    secretHash: Buffer;
    tries: number;
    state: 'open' | 'done' | 'void';
    createdAt: number;
    expiresAt: number;
  };
  /** Which session another one goes on with. */
  sessionLinks: { tenantId: string; sessionId: string; continues: string };
  /** Outgoing webhooks that have not arrived. */
  eventQueue: {
    seq: Generated<number>;
    tenantId: string;
    id: string;
    url: string;
    type: string;
    payload: string;
    conversationId: string | null;
    state: 'waiting' | 'failed';
    attempts: number;
    dueAt: number;
    reason: string | null;
    createdAt: number;
  };
  handoffs: {
    tenantId: string;
    id: string;
    conversationId: string;
    reason: string;
    /** A callback is a request whose time has passed: the bot answers again, and somebody owes the person an answer. */
    state: 'requested' | 'taken' | 'callback' | 'returned';
    requestedAt: number;
    changedAt: number;
  };
  usage: {
    tenantId: string;
    /** As in 2026-11-21, in the bot's time zone. */
    day: string;
    model: string;
    /** ISO 4217 of `cost`; empty where the model has no price. */
    currency: string;
    turns: number;
    inputTokens: number;
    outputTokens: number;
    /** By the price when it was used. */
    cost: number;
  };
  sourceListings: { tenantId: string; source: string; definition: string; listedAt: number };
  revisions: { seq: Generated<number>; tenantId: string; revision: string; canonical: string; appliedAt: number };
}
