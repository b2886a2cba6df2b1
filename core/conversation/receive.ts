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
import { type ConversationServices, type EventBody, emitEvent } from './conversation-services.ts';
import type { Mailboxes } from './mailboxes.ts';
import { newSession } from './new-session.ts';
import type { SessionStream } from './session-stream.ts';
import type { TokenBuckets } from './token-buckets.ts';

/** Longer texts are cut: no person types them, and every model would choke on them. In UTF-16 units. */
const maxTextLength = 32_000;

interface Arrival {
  readonly receipt: Receipt;
  readonly events: readonly EventBody[];
  readonly stream?: { readonly stream: SessionStream; readonly events: readonly StreamEvent[] };
  readonly offer?: { readonly conversationId: string; readonly turnId: string; readonly dueAtMs: number };
}

/** What a channel is: the rules by which its messages arrive. */
interface Arriving {
  readonly bot: ResolvedBot;
  readonly channelKey: string;
  /** A channel without `send` has sessions that somebody has to create first. */
  readonly sessions: 'created' | 'implied';
  readonly streaming: 'events' | 'none';
}

/** Makes messages durable, tells the duplicate from the new, and hands the new to their mailbox. */
export class Receiver {
  readonly #services: ConversationServices;
  readonly #mailboxes: Mailboxes;
  readonly #buckets: TokenBuckets;

  constructor(services: ConversationServices, mailboxes: Mailboxes, buckets: TokenBuckets) {
    this.#services = services;
    this.#mailboxes = mailboxes;
    this.#buckets = buckets;
  }

  /** @throws PolyphonError TEN2101, TEN2102, TEN2103, STO7002: nothing was kept then, and the platform sends it again. */
  async receive(
    tenantId: string,
    channelKey: string,
    messages: readonly InboundMessage[],
  ): Promise<readonly Receipt[]> {
    using lease = this.#services.leases.acquire(tenantId);
    const { runtime } = lease;
    const channel = await runtime.channel(channelKey, runtime.signal);
    const arriving: Arriving = {
      bot: runtime.bot,
      channelKey,
      sessions: channel.send === undefined ? 'created' : 'implied',
      streaming: channel.capabilities.streaming,
    };
    return await Promise.all(messages.map((message) => this.#receiveOne(tenantId, arriving, message)));
  }

  async #receiveOne(tenantId: string, arriving: Arriving, message: InboundMessage): Promise<Receipt> {
    const held: SessionStream[] = [];
    const hold = (sessionId: string): SessionStream => {
      const stream = this.#services.streams.hold(tenantId, sessionId);
      held.push(stream);
      return stream;
    };
    try {
      const { receipt, events } = await this.#services.store.write(
        () => this.#store(tenantId, arriving, message, hold),
        (arrival) => this.#committed(tenantId, arriving, arrival),
      );
      for (const event of events) emitEvent(this.#services, tenantId, event);
      return receipt;
    } finally {
      for (const stream of held) stream[Symbol.dispose]();
    }
  }

  #committed(tenantId: string, { bot, streaming }: Arriving, { stream, offer }: Arrival): void {
    for (const event of stream?.events ?? []) stream?.stream.publish(event);
    if (offer === undefined) return;
    const { conversationId, turnId, dueAtMs } = offer;
    const dueAt = streaming === 'events' ? 0 : dueAtMs;
    this.#mailboxes.offer(tenantId, conversationId, { turnId, dueAtMs: dueAt }, bot.session.overlap);
  }

  /** Runs inside the write. */
  #store(
    tenantId: string,
    arriving: Arriving,
    inbound: InboundMessage,
    hold: (sessionId: string) => SessionStream,
  ): Arrival {
    const { bot, channelKey } = arriving;
    const tenant = this.#services.store.forTenant(tenantId);
    const known = tenant.conversations.byExternalId(channelKey, inbound.conversation);
    if (known === undefined && arriving.sessions === 'created') return refused('not-found');
    const twin = known === undefined ? undefined : duplicateOf(tenant, known, inbound);
    if (twin !== undefined) return { receipt: twin, events: [] };

    const now = this.#services.clock.now();
    const events: EventBody[] = [];
    const session = known === undefined ? undefined : this.#session(tenant, bot, known, now, events);
    if (
      session !== undefined &&
      session.state !== 'active' &&
      !(session.state === 'closed' && arriving.sessions === 'implied')
    ) {
      return { ...refused(session.state), events };
    }
    if (session !== undefined && session.state === 'active' && session.turns >= bot.limits.maxTurns)
      return refused('rate-limited');
    const wait = this.#buckets.take([
      { key: `${tenantId} ${channelKey} ${inbound.contact.id}`, rate: bot.limits.perContact },
      { key: tenantId, rate: bot.limits.perTenant },
    ]);
    if (wait !== undefined) return refused('rate-limited', wait.retryAfterMs);

    const place = this.#place(tenant, arriving, inbound, known, session, now, events);
    const turnId = this.#turnFor(tenant, tenantId, place.conversation.id, bot, now);
    const message = this.#message(channelKey, inbound, now);
    tenant.messages.insert({
      message,
      conversationId: place.conversation.id,
      sessionId: place.sessionId,
      turnId,
      createdAtMs: now,
    });
    tenant.inbox.insert({
      channel: channelKey,
      conversationId: place.conversation.id,
      externalId: inbound.id,
      messageId: message.id,
      turnId,
      receivedAt: now,
    });
    tenant.sessions.touch(place.sessionId, now);
    tenant.conversations.touch(place.conversation.id, now);
    const stream = hold(place.sessionId);
    const conversation = place.conversation.id;
    events.push({ type: 'channel.message.received', channel: channelKey, conversation, message });
    return {
      receipt: { status: 'stored', message, turnId },
      events,
      stream: { stream, events: [stream.stage({ type: 'message.received', message })] },
      offer: { conversationId: conversation, turnId, dueAtMs: now + bot.session.coalesceMs },
    };
  }

  /** The conversation's session; closed now when it has been idle for too long. */
  #session(
    tenant: TenantStore,
    bot: ResolvedBot,
    conversation: ConversationRow,
    now: number,
    events: EventBody[],
  ): SessionRow | undefined {
    const session = tenant.sessions.byId(conversation.sessionId);
    if (session?.state !== 'active' || now - session.lastActiveAt <= bot.session.idleCloseMs) return session;
    tenant.sessions.setState(session.id, 'closed', session.lastActiveAt);
    events.push({ type: 'channel.session.closed', channel: session.channel, session: session.id });
    return { ...session, state: 'closed' };
  }

  #place(
    tenant: TenantStore,
    { channelKey }: Arriving,
    inbound: InboundMessage,
    known: ConversationRow | undefined,
    session: SessionRow | undefined,
    now: number,
    events: EventBody[],
  ): { readonly conversation: Pick<ConversationRow, 'id'>; readonly sessionId: string } {
    if (known !== undefined && session?.state === 'active') {
      const { name, email, phone } = inbound.contact;
      if (name !== undefined || email !== undefined || phone !== undefined)
        this.#identify(tenant, channelKey, inbound, now);
      return { conversation: known, sessionId: session.id };
    }
    const contactId = known?.contactId ?? this.#identify(tenant, channelKey, inbound, now);
    const made = newSession(this.#services, tenant, {
      channel: channelKey,
      externalId: inbound.conversation,
      contactId,
      conversation: known,
      locale: inbound.locale,
      metadata: inbound.metadata ?? {},
    });
    events.push({ type: 'channel.session.created', channel: channelKey, session: made.session.id });
    return { conversation: { id: made.session.conversationId }, sessionId: made.session.id };
  }

  #identify(tenant: TenantStore, channel: string, { contact }: InboundMessage, now: number): string {
    const { id, ...details } = contact;
    return tenant.contacts.identify({ channel, externalId: id }, details, this.#services.random, now).id;
  }

  /** A turn that has not begun takes what comes within `coalesce` of its last message. */
  #turnFor(tenant: TenantStore, tenantId: string, conversationId: string, bot: ResolvedBot, now: number): string {
    const newest = tenant.inbox.newestOpen(conversationId);
    const joins =
      newest !== undefined &&
      now - newest.receivedAt <= bot.session.coalesceMs &&
      bot.session.coalesceMs > 0 &&
      !this.#mailboxes.isRunning(tenantId, conversationId, newest.turnId);
    return joins ? newest.turnId : this.#services.random.id('turn');
  }

  #message(channel: string, inbound: InboundMessage, now: number): Message {
    const { text, action, attachments } = inbound;
    return {
      id: this.#services.random.id('msg'),
      role: 'contact',
      text: (text ?? action?.label ?? '').toWellFormed().slice(0, maxTextLength),
      attachments: attachments ?? [],
      actions: action === undefined ? [] : [{ id: action.id, label: action.label ?? action.id }],
      citations: [],
      channel,
      createdAt: new Date(now).toISOString(),
    };
  }
}

function refused(reason: 'paused' | 'closed' | 'rate-limited' | 'not-found', retryAfterMs?: number): Arrival {
  return {
    receipt: { status: 'refused', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
    events: [],
  };
}

function duplicateOf(tenant: TenantStore, conversation: ConversationRow, inbound: InboundMessage): Receipt | undefined {
  const row = tenant.inbox.find(conversation.channel, conversation.id, inbound.id);
  if (row === undefined) return undefined;
  const stored = tenant.messages.byId(row.messageId);
  if (stored === undefined) {
    throw new PolyphonError('STO7002', 'Inbox: a row names a message that is not there. Run `polyphon doctor`.');
  }
  return { status: 'duplicate', message: publicMessage(stored), turnId: row.turnId };
}

/** A stored message without what only the store needs. */
export function publicMessage(stored: Message): Message {
  const { id, role, text, attachments, actions, citations, channel, createdAt } = stored;
  return { id, role, text, attachments, actions, citations, channel, createdAt };
}
