import type { InboundMessage, Message, OutboundMessage } from './message.ts';

/** What a channel is granted: the conversations of its tenant that belong to it. */
export interface ChannelGrants {
  readonly conversations: Conversations;
  /** What the bot says of itself, for a channel that shows it (name, languages, greeting). */
  readonly presentation: BotPresentation;
  readonly outbound: Outbound;
  /**
   * When the message of this channel that came last was written, as far as its platform told, else when it came; undefined where none is
   * remembered. For a channel that asks its platform on start for what came while nobody listened.
   */
  readonly lastTakenAt?: () => number | undefined;
  /** This channel's public address, as in `https://bots.example/v1/acme/sms`; undefined where the deployment has not told its own. */
  readonly address?: string;
}

/** Writing to people first. Only for routes with `access: 'operator'`: nothing else may begin a conversation. */
export interface Outbound {
  /** The active session with this person; a session, and the conversation, are begun where there is none. */
  open(person: Pick<InboundMessage, 'conversation' | 'contact' | 'locale'>, signal: AbortSignal): Promise<SessionView>;
  /** Undefined where this channel has no such session. */
  session(sessionId: string, signal: AbortSignal): Promise<SessionView | undefined>;
  /** What became of the newest hundred messages of the session that bot and operators have sent, oldest first. Empty where there are none. */
  deliveries(sessionId: string, signal: AbortSignal): Promise<readonly SentMessage[]>;
  /**
   * Leaves a message to be sent; it is durable when this resolves, and what becomes of it is the outbox's business. A `key` that was
   * used in this session before gives the message of then, and nothing is sent. With a template, `text` is for our history only.
   * @throws PolyphonError CNV5002, CNV5003, CNV5013 for a `key` that another message has.
   */
  enqueue(sessionId: string, message: OutgoingMessage, signal: AbortSignal): Promise<EnqueuedMessage>;
}

/** A message as it was sent, and how far it has come. */
export interface SentMessage extends Pick<Message, 'id' | 'text'> {
  readonly role: 'bot' | 'operator';
  readonly delivery: MessageDelivery;
}

export interface EnqueuedMessage {
  readonly id: string;
  /** As it is stored, before it is on its way: whether it goes out, waits, or will not go out; of a `key` used before, as it is by now. */
  readonly delivery?: MessageDelivery;
}

export interface MessageDelivery {
  /**
   * `accepted`: the platform took it and has told nothing since. `dead`: given up, a dead letter. `failed`: the platform took it and
   * could not bring it, a dead letter too. `dismissed`: it was one.
   */
  readonly status:
    | 'dead'
    | 'failed'
    | 'uncertain'
    | 'dismissed'
    | 'waiting'
    | 'sending'
    | 'accepted'
    | 'sent'
    | 'delivered'
    | 'read';
  readonly reason?: string;
  /** What it came to in the platform's own measure, as in `2 segments, UCS-2`; of a message in pieces, of each. */
  readonly note?: string;
  /** Of what the platform told; ISO 8601, UTC, by the platform's clock. */
  readonly at?: string;
  /** When what waits is tried, or tried again; ISO 8601, UTC. */
  readonly due?: string;
  /** The process ended while it was being sent, and sent it once more: it may have arrived twice. */
  readonly repeated?: true;
}

export interface OutgoingMessage
  extends Pick<OutboundMessage, 'text' | 'template'>,
    Partial<Pick<OutboundMessage, 'attachments' | 'actions'>> {
  readonly key?: string;
}

export interface BotPresentation {
  readonly name: Readonly<Record<string, string>>;
  readonly defaultLanguage: string;
  readonly languages: readonly string[];
  readonly greeting: Readonly<Record<string, string>>;
  /** Questions worth trying, from the bot's tests. */
  readonly suggestions: readonly string[];
}

export type SessionState = 'active' | 'paused' | 'closed';

export interface SessionView {
  readonly id: string;
  readonly state: SessionState;
  readonly owner: 'bot' | 'human' | 'paused';
  readonly channel: string;
  readonly locale?: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface Conversations {
  createSession(
    request: NewSession,
    signal: AbortSignal,
  ): Promise<{ readonly session: SessionView; readonly token: string }>;
  /** The session if it exists on this channel and the token is its own (constant time); else undefined. */
  authorize(sessionId: string, token: string, signal: AbortSignal): Promise<SessionView | undefined>;
  setState(sessionId: string, state: SessionState, signal: AbortSignal): Promise<SessionView>;
  /**
   * Claims that the conversation goes on under `address` of another channel. Nothing is linked before the person has proved it, as
   * the invitation says: then this session closes, and the conversation goes on there with its history.
   * @throws PolyphonError CNV5003, CNV5021 when the bot has no such channel, CNV5022 after too many claims, CNV5023 for an address that the
   *   channel cannot have.
   */
  requestSwitch(
    sessionId: string,
    claim: { readonly channel: string; readonly address: string },
    signal: AbortSignal,
  ): Promise<SwitchInvitation>;
  /** Messages in order, after the message with id `after`; at most `limit` (100 unless told). */
  history(
    sessionId: string,
    query: { readonly after?: string; readonly limit?: number },
    signal: AbortSignal,
  ): Promise<readonly Message[]>;
  /**
   * Events after `after` (exclusive; replayed from the session's stored ring as far as it reaches, then live) until the signal aborts.
   * `after: 'now'` gives live events only.
   */
  events(sessionId: string, after: number | 'now', signal: AbortSignal): AsyncIterable<StreamEvent>;
  /** The reply to a turn, when it is complete. */
  reply(turnId: string, signal: AbortSignal): Promise<TurnOutcome>;
}

/** How the person proves that the address is theirs. */
export type SwitchInvitation = {
  /** The key in `channels:`. */
  readonly channel: string;
  /** ISO 8601, UTC; ten minutes. */
  readonly expiresAt: string;
} & (
  | {
      readonly method: 'code' /** Six digits were sent to the address; they are written into this session as a message. */;
    }
  | {
      readonly method: 'word' /** To be sent from the address to the bot, as in `switch ABCD2345`. */;
      readonly word: string;
    }
);

export interface NewSession {
  readonly contact?: { readonly id?: string; readonly name?: string; readonly email?: string; readonly phone?: string };
  readonly locale?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export type TurnOutcome =
  | { readonly status: 'completed'; readonly reply: Message }
  | { readonly status: 'failed'; readonly reply?: Message }
  /** A human owns the conversation, or the turn was superseded: no reply will come. */
  | { readonly status: 'silent' };

/** What a streaming channel passes on. `id` increases by session. */
export type StreamEvent = { readonly id: number } & (
  | { readonly type: 'message.received'; readonly message: Message }
  | { readonly type: 'reply.started'; readonly turn: string }
  | { readonly type: 'reply.delta'; readonly turn: string; readonly text: string }
  | {
      readonly type: 'reply.completed';
      readonly turn: string;
      readonly message: Message;
      readonly citations: Message['citations'];
      readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
    }
  | { readonly type: 'reply.failed'; readonly turn: string; readonly code: string; readonly message?: Message }
  | { readonly type: 'typing'; readonly role: 'bot' | 'operator' }
  | { readonly type: 'ownership.changed'; readonly owner: 'bot' | 'human' | 'paused' }
  | { readonly type: 'session.changed'; readonly state: SessionState }
);
