import {
  type InboundMessage,
  type Message,
  PolyphonError,
  type Receipt,
  type ResolvedBot,
  type StreamEvent,
} from '../contract/index.ts';
import type { ConversationRow } from '../store/conversations.ts';
import type { SessionRow } from '../store/sessions.ts';
import type { TenantStore } from '../store/tenant-store.ts';
import type { ConversationServices, EventBody } from './conversation-services.ts';
import type { Mailboxes } from './mailboxes.ts';
import { newSession } from './new-session.ts';
import type { SessionStream } from './session-stream.ts';
import { publicMessage } from './stored-message.ts';
import type { TokenBuckets } from './token-buckets.ts';

/** Longer texts are cut: no person types them, and every model would choke on them. In UTF-16 units. */
const maxTextLength = 32_000;

/** By which rules the messages of a channel arrive. */
export interface ArrivalRules {
  readonly bot: ResolvedBot;
  readonly channel: string;
  /** A channel without `send` has sessions that somebody has to create first. */
  readonly sessions: 'created' | 'implied';
}

/** A turn for the mailbox. */
export interface OfferedTurn {
  readonly conversationId: string;
  readonly turnId: string;
  readonly receivedAtMs: number;
}

/** One message on its way into the store. */
export class Arrival {
  /** What happened, to be told once it is durable. */
  readonly events: EventBody[] = [];
  readonly staged: (readonly [SessionStream, StreamEvent])[] = [];
  offer: OfferedTurn | undefined;
  readonly #services: ConversationServices;
  readonly #mailboxes: Mailboxes;
  readonly #buckets: TokenBuckets;
  readonly #tenant: TenantStore;
  readonly #rules: ArrivalRules;
  readonly #inbound: InboundMessage;
  readonly #now: number;
  readonly #hold: (sessionId: string) => SessionStream;

  constructor(options: {
    readonly services: ConversationServices;
    readonly mailboxes: Mailboxes;
    readonly buckets: TokenBuckets;
    readonly tenant: TenantStore;
    readonly rules: ArrivalRules;
    readonly inbound: InboundMessage;
    hold(sessionId: string): SessionStream;
  }) {
    this.#services = options.services;
    this.#mailboxes = options.mailboxes;
    this.#buckets = options.buckets;
    this.#tenant = options.tenant;
    this.#rules = options.rules;
    this.#inbound = options.inbound;
    this.#hold = options.hold;
    this.#now = options.services.clock.now();
  }

  /** Stores the message, or says why not. Call inside `Store.write`. */
  store(): Receipt {
    const { bot, channel, sessions } = this.#rules;
    const known = this.#tenant.conversations.byExternalId(channel, this.#inbound.conversation);
    if (known === undefined && sessions === 'created') return refused('not-found');
    const duplicate = known === undefined ? undefined : this.#duplicate(known);
    if (duplicate !== undefined) return duplicate;

    const session = known === undefined ? undefined : this.#session(known);
    if (session !== undefined && session.state !== 'active') {
      if (session.state === 'paused' || sessions === 'created') return refused(session.state);
    } else if (session !== undefined && session.turns >= bot.limits.maxTurns) return refused('rate-limited');
    const { tenantId } = this.#tenant;
    const wait = this.#buckets.take([
      { key: `${tenantId} ${channel} ${this.#inbound.contact.id}`, rate: bot.limits.perContact },
      { key: tenantId, rate: bot.limits.perTenant },
    ]);
    if (wait !== undefined) return refused('rate-limited', wait.retryAfterMs);

    return this.#insert(this.#place(known, session));
  }

  #insert({ conversationId, sessionId }: Place): Receipt {
    const turnId = this.#turnFor(conversationId);
    const message = this.#message();
    const { channel } = this.#rules;
    const { messages, inbox, sessions, conversations } = this.#tenant;
    messages.insert({ message, conversationId, sessionId, turnId, createdAtMs: this.#now });
    inbox.insert({
      channel,
      conversationId,
      externalId: this.#inbound.id,
      messageId: message.id,
      turnId,
      receivedAt: this.#now,
    });
    sessions.touch(sessionId, this.#now);
    conversations.touch(conversationId, this.#now);
    this.#stage(sessionId, { type: 'message.received', message });
    this.events.push({ type: 'channel.message.received', channel, conversation: conversationId, message });
    this.offer = { conversationId, turnId, receivedAtMs: this.#now };
    return { status: 'stored', message, turnId };
  }

  #stage(sessionId: string, event: Parameters<SessionStream['stage']>[0]): void {
    const stream = this.#hold(sessionId);
    this.staged.push([stream, stream.stage(event)]);
  }

  /** The conversation's session; closed now when it has been idle for too long. */
  #session(conversation: ConversationRow): SessionRow | undefined {
    const session = this.#tenant.sessions.byId(conversation.sessionId);
    const idleMs = this.#now - (session?.lastActiveAt ?? 0);
    if (session?.state !== 'active' || idleMs <= this.#rules.bot.session.idleCloseMs) return session;
    this.#tenant.sessions.setState(session.id, 'closed', session.lastActiveAt);
    this.#stage(session.id, { type: 'session.changed', state: 'closed' });
    this.events.push({ type: 'channel.session.closed', channel: session.channel, session: session.id });
    return { ...session, state: 'closed' };
  }

  #place(known: ConversationRow | undefined, session: SessionRow | undefined): Place {
    if (known !== undefined && session?.state === 'active') {
      const { name, email, phone } = this.#inbound.contact;
      const told = name !== undefined || email !== undefined || phone !== undefined;
      if (told && this.#rules.sessions === 'implied') this.#identify();
      return { conversationId: known.id, sessionId: session.id };
    }
    const { channel } = this.#rules;
    const made = newSession(this.#services, this.#tenant, {
      channel,
      externalId: this.#inbound.conversation,
      contactId: known?.contactId ?? this.#identify(),
      conversation: known,
      locale: this.#inbound.locale,
      metadata: this.#inbound.metadata ?? {},
    });
    this.events.push({ type: 'channel.session.created', channel, session: made.id });
    return { conversationId: made.conversationId, sessionId: made.id };
  }

  #identify(): string {
    const { id, ...details } = this.#inbound.contact;
    const address = { channel: this.#rules.channel, externalId: id };
    return this.#tenant.contacts.identify(address, details, this.#services.random, this.#now).id;
  }

  /** A turn that has not begun takes what comes within `coalesce` of its last message. */
  #turnFor(conversationId: string): string {
    const { coalesceMs } = this.#rules.bot.session;
    const newest = coalesceMs === 0 ? undefined : this.#tenant.inbox.newestOpen(conversationId);
    const joins =
      newest !== undefined &&
      this.#now - newest.receivedAt <= coalesceMs &&
      !this.#mailboxes.isRunning(this.#tenant.tenantId, conversationId, newest.turnId);
    return joins ? newest.turnId : this.#services.random.id('turn');
  }

  #message(): Message {
    const { text, action, attachments } = this.#inbound;
    return {
      id: this.#services.random.id('msg'),
      role: 'contact',
      text: (text ?? action?.label ?? '').slice(0, maxTextLength).toWellFormed(),
      attachments: attachments ?? [],
      actions: action === undefined ? [] : [{ id: action.id, label: action.label ?? action.id }],
      citations: [],
      channel: this.#rules.channel,
      createdAt: new Date(this.#now).toISOString(),
    };
  }

  #duplicate(conversation: ConversationRow): Receipt | undefined {
    const row = this.#tenant.inbox.find(conversation.channel, conversation.id, this.#inbound.id);
    if (row === undefined) return undefined;
    const stored = this.#tenant.messages.byId(row.messageId);
    if (stored === undefined) {
      throw new PolyphonError('STO7002', 'Inbox: a row names a message that is not there. Run `polyphon doctor`.');
    }
    return { status: 'duplicate', message: publicMessage(stored), turnId: row.turnId };
  }
}

interface Place {
  readonly conversationId: string;
  readonly sessionId: string;
}

function refused(reason: 'paused' | 'closed' | 'rate-limited' | 'not-found', retryAfterMs?: number): Receipt {
  return { status: 'refused', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
