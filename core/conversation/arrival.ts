import {
  type Channel,
  type InboundMessage,
  type Message,
  PolyphonError,
  type Receipt,
  type ResolvedBot,
  type StreamEvent,
} from '../contract/index.ts';
import type { ConversationRow } from '../store/conversations.ts';
import type { InboxRow } from '../store/inbox.ts';
import type { OutboxRow } from '../store/outbox.ts';
import type { SessionRow } from '../store/sessions.ts';
import type { TenantStore } from '../store/tenant-store.ts';
import { BotTexts } from './bot-texts.ts';
import type { builtInTexts } from './built-in-texts.ts';
import { consentTrace } from './consent-trace.ts';
import type { ConversationServices, EventBody } from './conversation-services.ts';
import { languageOf } from './language-of.ts';
import type { Mailboxes } from './mailboxes.ts';
import { newSession } from './new-session.ts';
import { outboxRowsOf } from './outbox-rows.ts';
import type { SessionStream } from './session-stream.ts';
import { publicMessage } from './stored-message.ts';
import type { TokenBuckets } from './token-buckets.ts';

/** Longer texts are cut: no person types them, and every model would choke on them. In UTF-16 units. */
const maxTextLength = 32_000;
/** An album comes as one request a picture; after so long without another it is complete. */
const groupQuietMs = 1200;
/** Who is told that we are busy is not told again for so long. */
const busyNotice = { count: 1, perMs: 60_000 };

/** By which rules the messages of a channel arrive. */
export interface ArrivalRules {
  readonly bot: ResolvedBot;
  readonly channel: string;
  readonly port: Channel;
  /** A channel without `send` has sessions that somebody has to create first. */
  readonly sessions: 'created' | 'implied';
  /** How long a turn waits for more of a burst. */
  readonly waitMs: number;
}

/** A turn for the mailbox. */
export interface OfferedTurn {
  readonly conversationId: string;
  readonly turnId: string;
  readonly dueAtMs: number;
}

/** One message on its way into the store. */
export class Arrival {
  /** What happened, to be told once it is durable. */
  readonly events: EventBody[] = [];
  readonly staged: (readonly [SessionStream, StreamEvent])[] = [];
  offer: OfferedTurn | undefined;
  /** The conversation in which something is to be sent without a turn. */
  answeredIn: string | undefined;
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
    const { channel, sessions, port } = this.#rules;
    const { consent } = this.#inbound;
    const known = this.#tenant.conversations.byExternalId(channel, this.#inbound.conversation);
    if (known === undefined && sessions === 'created') return refused('not-found');
    const duplicate = known === undefined ? undefined : this.#row(known, this.#inbound.id);
    if (duplicate !== undefined) return this.#receipt('duplicate', duplicate);
    // The law's words are heard in every state of the session and at every rate.
    if (consent !== undefined && port.capabilities.consent === 'opt-out') return this.#obey(known, consent);

    const session = known === undefined ? undefined : this.#session(known);
    const refusal = this.#refusal(known, session);
    if (refusal !== undefined) return refusal;
    const { edits } = this.#inbound;
    const original = known === undefined || edits === undefined ? undefined : this.#row(known, edits);
    return original === undefined ? this.#insert(this.#place(known, session)) : this.#edit(original);
  }

  #refusal(known: ConversationRow | undefined, session: SessionRow | undefined): Receipt | undefined {
    const { bot, channel, sessions } = this.#rules;
    if (session !== undefined && session.state !== 'active') {
      if (session.state === 'paused' || sessions === 'created') return refused(session.state);
    } else if (session !== undefined && session.turns >= bot.limits.maxTurns) return refused('rate-limited');
    const { tenantId } = this.#tenant;
    const wait = this.#buckets.take([
      { key: `${tenantId} ${channel} ${this.#inbound.contact.id}`, rate: bot.limits.perContact },
      { key: tenantId, rate: bot.limits.perTenant },
    ]);
    if (wait === undefined) return undefined;
    this.#tellBusy(known, session);
    return refused('rate-limited', wait.retryAfterMs);
  }

  #insert({ conversationId, sessionId }: Place): Receipt {
    const turnId = this.#turnFor(conversationId);
    const message = this.#message('contact');
    const { channel, waitMs } = this.#rules;
    const { group, edits } = this.#inbound;
    const { messages, inbox, sessions, conversations } = this.#tenant;
    const dueAt = this.#now + (group === undefined ? waitMs : Math.max(waitMs, groupQuietMs));
    messages.insert({ message, conversationId, sessionId, turnId, createdAtMs: this.#now });
    const row: InboxRow = {
      channel,
      conversationId,
      externalId: this.#inbound.id,
      messageId: message.id,
      turnId,
      receivedAt: this.#now,
      dueAt,
      groupName: group ?? null,
    };
    inbox.insert(row);
    // An edit that has overtaken what it edits stands for both: the original, when it comes, is older than what is here.
    if (edits !== undefined && edits !== row.externalId) inbox.insertDone({ ...row, externalId: edits });
    sessions.touch(sessionId, this.#now);
    conversations.touch(conversationId, this.#now);
    this.#stage(sessionId, { type: 'message.received', message });
    this.events.push({ type: 'channel.message.received', channel, conversation: conversationId, message });
    this.offer = { conversationId, turnId, dueAtMs: dueAt };
    return { status: 'stored', message, turnId };
  }

  /** What was said becomes something else. A turn that has not begun reads the new text; one that has is not repeated. */
  #edit(original: InboxRow): Receipt {
    const { messages, inbox } = this.#tenant;
    const before = this.#stored(original);
    const saidAt = this.#inbound.sentAt ?? this.#now;
    if (saidAt >= (before.editedAt ?? 0)) {
      const { text, attachments } = this.#message('contact');
      messages.edit(before.id, { text, attachments, editedAt: saidAt });
    }
    inbox.insertDone({ ...original, externalId: this.#inbound.id });
    return this.#receipt('stored', original);
  }

  /** Keeps what the person wants, and answers what has to be answered. The bot sees none of it. */
  #obey(known: ConversationRow | undefined, consent: NonNullable<InboundMessage['consent']>): Receipt {
    const { bot, channel } = this.#rules;
    const { contacts, inbox, messages, turns } = this.#tenant;
    const contactId = this.#identify();
    const place =
      known === undefined ? this.#open(undefined, contactId) : { conversationId: known.id, sessionId: known.sessionId };
    const { conversationId, sessionId } = place;
    const turnId = this.#services.random.id('turn');
    const message = this.#message('system');
    messages.insert({ message, ...place, turnId, createdAtMs: this.#now });
    inbox.insertDone({
      channel,
      conversationId,
      externalId: this.#inbound.id,
      messageId: message.id,
      turnId,
      receivedAt: this.#now,
      dueAt: this.#now,
      groupName: null,
    });
    this.#stage(sessionId, { type: 'message.received', message });
    this.events.push({ type: 'channel.message.received', channel, conversation: conversationId, message });
    if (consent !== 'help') {
      const address = { channel, externalId: this.#inbound.contact.id };
      contacts.setConsent(address, consent === 'stop' ? 'out' : 'in', this.#now);
    }
    if (consent === 'stop') this.#giveUpWaiting(conversationId);
    const reply = consent === 'help' ? this.#say(place, known, 'help', { turnId, purpose: 'notice' }) : undefined;
    turns.insert({
      id: turnId,
      conversationId,
      state: reply === undefined ? 'silent' : 'completed',
      replyId: reply?.id ?? null,
      revision: bot.revision,
      errorCode: null,
      trace: JSON.stringify(
        consentTrace({
          turn: turnId,
          conversation: conversationId,
          channel,
          revision: bot.revision,
          language: this.#language(known),
          consent,
          nowMs: this.#now,
        }),
      ),
      startedAt: this.#now,
      completedAt: this.#now,
    });
    return { status: 'stored', message, turnId };
  }

  #giveUpWaiting(conversationId: string): void {
    const { outbox } = this.#tenant;
    for (const row of outbox.unsettledOf(conversationId)) {
      if (row.state !== 'waiting' || row.purpose === 'notice') continue;
      outbox.change(row.id, { ...row, state: 'dead', reason: 'opted-out' });
      const { channel } = this.#rules;
      this.events.push({ type: 'delivery.failed', channel, conversation: conversationId, reason: 'opted-out' });
    }
  }

  /** Who writes to a bot that has no room is told so, once a minute, and not more often than the bot may write at all. */
  #tellBusy(known: ConversationRow | undefined, session: SessionRow | undefined): void {
    const { bot, channel, port } = this.#rules;
    if (port.send === undefined) return;
    const { tenantId } = this.#tenant;
    const often = this.#buckets.take([
      { key: `${tenantId} ${channel} ${this.#inbound.contact.id} busy`, rate: busyNotice },
      { key: `${tenantId} busy`, rate: bot.limits.perTenant },
    ]);
    if (often === undefined) this.#say(this.#place(known, session), known, 'busy', { turnId: null, purpose: 'reply' });
  }

  /** Words of the bot that no turn has to find. */
  #say(
    { conversationId, sessionId }: Place,
    known: ConversationRow | undefined,
    words: keyof typeof builtInTexts,
    { turnId, purpose }: { readonly turnId: string | null; readonly purpose: OutboxRow['purpose'] },
  ): Message {
    const { bot, channel, port } = this.#rules;
    const { messages, outbox } = this.#tenant;
    const { name = null, phone = null, email = null } = this.#inbound.contact;
    const texts = new BotTexts({
      bot,
      nowMs: this.#now,
      log: this.#services.log,
      render: this.#services.render,
      scene: {
        channel,
        language: this.#language(known),
        contact: { name, phone, email },
        session: { id: sessionId, locale: this.#inbound.locale ?? null, metadata: {} },
      },
    });
    const message: Message = { ...this.#message('bot'), text: texts.own(words), attachments: [], actions: [] };
    messages.insert({ message, conversationId, sessionId, turnId, createdAtMs: this.#now });
    const conversation = { id: conversationId, externalId: known?.externalId ?? this.#inbound.conversation };
    const destination = { channel: port, channelKey: channel, conversation };
    for (const row of outboxRowsOf(this.#services, destination, message, purpose)) outbox.insert(row);
    this.answeredIn = conversationId;
    return message;
  }

  #language(known: ConversationRow | undefined): string {
    const { languages } = this.#rules.bot;
    const text = this.#inbound.consent === undefined ? (this.#inbound.text ?? '') : '';
    return languageOf(text, languages, {
      conversation: known?.language ?? undefined,
      locale: this.#inbound.locale,
    });
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
    return this.#open(known, known?.contactId ?? this.#identify());
  }

  #open(known: ConversationRow | undefined, contactId: string): Place {
    const { channel } = this.#rules;
    const made = newSession(this.#services, this.#tenant, {
      channel,
      externalId: this.#inbound.conversation,
      contactId,
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

  /** A turn that has not begun takes the rest of its album, and what comes within `coalesce` of its last message. */
  #turnFor(conversationId: string): string {
    const { inbox, tenantId } = this.#tenant;
    const { group } = this.#inbound;
    const waits = (row: InboxRow | undefined): boolean =>
      row !== undefined && !this.#mailboxes.isRunning(tenantId, conversationId, row.turnId);
    const album =
      group === undefined ? undefined : inbox.openOf(conversationId).findLast((row) => row.groupName === group);
    if (album !== undefined && waits(album)) return album.turnId;
    const { coalesceMs } = this.#rules.bot.session;
    const newest = coalesceMs === 0 ? undefined : inbox.newestOpen(conversationId);
    const joins =
      newest !== undefined &&
      (this.#now - newest.receivedAt <= coalesceMs || this.#now < newest.dueAt) &&
      waits(newest);
    return joins ? newest.turnId : this.#services.random.id('turn');
  }

  #message(role: Message['role']): Message {
    const { text, action, attachments } = this.#inbound;
    return {
      id: this.#services.random.id('msg'),
      role,
      text: (text ?? action?.label ?? '').slice(0, maxTextLength).toWellFormed(),
      attachments: attachments ?? [],
      actions: action === undefined ? [] : [{ id: action.id, label: action.label ?? action.id }],
      citations: [],
      channel: this.#rules.channel,
      createdAt: new Date(this.#now).toISOString(),
    };
  }

  #row(conversation: ConversationRow, externalId: string): InboxRow | undefined {
    return this.#tenant.inbox.find(conversation.channel, conversation.id, externalId);
  }

  #receipt(status: 'stored' | 'duplicate', row: InboxRow): Receipt {
    return { status, message: publicMessage(this.#stored(row)), turnId: row.turnId };
  }

  #stored(row: InboxRow) {
    const stored = this.#tenant.messages.byId(row.messageId);
    if (stored !== undefined) return stored;
    throw new PolyphonError('STO7002', 'Inbox: a row names a message that is not there. Run `polyphon doctor`.');
  }
}

interface Place {
  readonly conversationId: string;
  readonly sessionId: string;
}

function refused(reason: 'paused' | 'closed' | 'rate-limited' | 'not-found', retryAfterMs?: number): Receipt {
  return { status: 'refused', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
