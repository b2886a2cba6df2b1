import { createHash } from 'node:crypto';
import { PolyphonError } from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import { type ConversationServices, type EventBody, keepEvent } from '../conversation-services.ts';
import type { Mailboxes } from '../mailbox/mailboxes.ts';
import { deliveryFailed } from '../outbox/delivery-failed.ts';
import { judgedRow } from '../outbox/judged-row.ts';
import { outboxRowsOf } from '../outbox/outbox-rows.ts';
import type { OutboxSender } from '../outbox/outbox-sender.ts';
import { newMessage } from '../session/new-message.ts';
import { placeAfter } from '../session/place-after.ts';
import { saidEvent } from '../session/said-event.ts';
import { sameWords } from '../session/same-words.ts';
import type { ConversationView } from './conversation-view.ts';
import { type OperatorMessage, operatorMessage } from './operator-message.ts';

const defaultList = 50;
const defaultMessages = 100;
const most = 500;

/** What people do at the agency's side: look, take over, answer, give back. */
export class OperatorDesk {
  readonly #services: ConversationServices;
  readonly #mailboxes: Mailboxes;
  readonly #sender: OutboxSender;

  constructor(services: ConversationServices, mailboxes: Mailboxes, sender: OutboxSender) {
    this.#services = services;
    this.#mailboxes = mailboxes;
    this.#sender = sender;
  }

  async take(tenantId: string, conversationId: string): Promise<ConversationView> {
    return this.#own(tenantId, conversationId, 'human');
  }

  async return(tenantId: string, conversationId: string): Promise<ConversationView> {
    return this.#own(tenantId, conversationId, 'bot');
  }

  /** Words with a `key` said again are the message they were. */
  async say(
    tenantId: string,
    conversationId: string,
    { text, key }: { readonly text: string; readonly key?: string },
  ): Promise<OperatorMessage> {
    const { store, random, clock, leases, streams } = this.#services;
    const tenant = store.forTenant(tenantId);
    const { channel: channelKey, sessionId } = this.#find(tenant, conversationId);
    const id = key === undefined ? random.id('msg') : messageIdOf(conversationId, key);
    const before = tenant.messages.byId(id);
    // A retry does not take the conversation again, which may have been given back.
    if (before !== undefined) return operatorMessage(tenant, sameWords(before, { text: text.toWellFormed() }));
    using lease = leases.acquire(tenantId);
    const channel = await lease.runtime.channel(channelKey, lease.runtime.signal);
    await this.#own(tenantId, conversationId, 'human');
    using stream = streams.hold(tenantId, sessionId);
    const said = { role: 'operator', text: text.toWellFormed(), channel: channelKey } as const;
    const message = { ...newMessage(random, { ...said, atMs: clock.now() }), id };
    const news = await store.write(
      () => {
        const conversation = this.#find(tenant, conversationId);
        const meanwhile = tenant.messages.byId(id);
        if (meanwhile !== undefined) {
          sameWords(meanwhile, message);
          return undefined;
        }
        const now = clock.now();
        tenant.messages.insert({ message, conversationId, sessionId, turnId: null, createdAtMs: now });
        tenant.conversations.touch(conversationId, now);
        tenant.sessions.touch(sessionId, now);
        const { bot } = lease.runtime;
        const rows = outboxRowsOf(this.#services, { channel, channelKey, conversation }, message, 'begin').map((row) =>
          judgedRow(tenant, row, { channel, bot, nowMs: now }),
        );
        for (const row of rows) tenant.outbox.insert(row);
        const told: EventBody[] = rows
          .filter(({ state }) => state === 'dead')
          .map((row) => deliveryFailed(row, row.reason ?? 'failed'));
        if (channel.send === undefined)
          told.push({ type: 'channel.message.sent', channel: channelKey, conversation: conversationId, message });
        const events = told.map((body) => keepEvent(this.#services, tenantId, body));
        return { events, shown: stream.stage(saidEvent(message)) };
      },
      (news) => {
        if (news !== undefined) stream.publish(news.shown);
      },
    );
    for (const event of news?.events ?? []) this.#services.events.emit(event);
    // As it is stored, before anything of it is on its way.
    const stored = tenant.messages.byId(id);
    const shown = stored === undefined ? message : operatorMessage(tenant, stored);
    if (news === undefined) return shown;
    if (channel.send !== undefined) this.#sender.kick(tenantId, conversationId);
    return shown;
  }

  list(
    tenantId: string,
    query: { readonly limit?: number; readonly owner?: ConversationView['owner'] },
  ): readonly ConversationView[] {
    const tenant = this.#services.store.forTenant(tenantId);
    const limit = Math.min(query.limit ?? defaultList, most);
    const { owner } = query;
    return tenant.conversations
      .list({ limit, ...(owner === undefined ? {} : { owner }) })
      .map((row) => viewOf(tenant, row))
      .toSorted((a, b) => b.lastActiveAt.localeCompare(a.lastActiveAt));
  }

  messages(
    tenantId: string,
    conversationId: string,
    query: { readonly after?: string; readonly limit?: number },
  ): readonly OperatorMessage[] {
    const tenant = this.#services.store.forTenant(tenantId);
    this.#find(tenant, conversationId);
    const after = placeAfter(tenant, { conversationId }, query.after);
    const limit = Math.min(query.limit ?? defaultMessages, most);
    return tenant.messages.after({ conversationId }, after, limit).map((stored) => operatorMessage(tenant, stored));
  }

  async #own(tenantId: string, conversationId: string, owner: 'bot' | 'human'): Promise<ConversationView> {
    const { store, clock, random, streams } = this.#services;
    const tenant = store.forTenant(tenantId);
    using stream = streams.hold(tenantId, this.#find(tenant, conversationId).sessionId);
    const { event } = await store.write(
      () => {
        const before = this.#find(tenant, conversationId);
        const now = clock.now();
        const open = tenant.handoffs.open(conversationId);
        const news = owner === 'human' ? open?.state !== 'taken' : before.owner !== 'bot';
        if (owner === 'human' && open === undefined) {
          tenant.handoffs.insert({
            id: random.id('hnd'),
            conversationId,
            reason: 'operator',
            state: 'taken',
            requestedAt: now,
            changedAt: now,
          });
        } else if (open !== undefined) tenant.handoffs.setState(open.id, owner === 'human' ? 'taken' : 'returned', now);
        const type = owner === 'human' ? 'handoff.taken' : 'handoff.returned';
        const event = news ? keepEvent(this.#services, tenantId, { type, conversation: conversationId }) : undefined;
        if (before.owner === owner) return { event, changed: undefined };
        tenant.conversations.setOwner(conversationId, owner);
        return { event, changed: stream.stage({ type: 'ownership.changed', owner }) };
      },
      ({ changed }) => {
        if (changed !== undefined) stream.publish(changed);
        if (owner === 'human') this.#mailboxes.interrupt(tenantId, conversationId, taken());
      },
    );
    if (event !== undefined) this.#services.events.emit(event);
    return viewOf(tenant, this.#find(tenant, conversationId));
  }

  #find(tenant: TenantStore, conversationId: string): ConversationRow {
    const found = tenant.conversations.byId(conversationId);
    if (found !== undefined) return found;
    throw new PolyphonError('CNV5001', 'No conversation has this id. GET …/conversations lists them.');
  }
}

function viewOf(tenant: TenantStore, row: ConversationRow): ConversationView {
  const contact = tenant.contacts.byId(row.contactId);
  const handoff = tenant.handoffs.open(row.id);
  const session = tenant.sessions.byId(row.sessionId);
  return {
    id: row.id,
    channel: row.channel,
    session: row.sessionId,
    sessionState: session?.state ?? 'closed',
    owner: row.owner,
    contact: {
      id: row.contactId,
      ...(contact?.name == null ? {} : { name: contact.name }),
      ...(contact?.email == null ? {} : { email: contact.email }),
      ...(contact?.phone == null ? {} : { phone: contact.phone }),
    },
    ...(row.language === null ? {} : { language: row.language }),
    misses: row.misses,
    ...(handoff === undefined || handoff.state === 'taken' ? {} : { handoff: handoff.reason }),
    createdAt: new Date(row.createdAt).toISOString(),
    lastActiveAt: new Date(Math.max(row.lastActiveAt, session?.lastActiveAt ?? 0)).toISOString(),
  };
}

function messageIdOf(conversationId: string, key: string): string {
  return `msg_${createHash('sha256').update(`${conversationId} ${key}`).digest('hex').slice(0, 32)}`;
}

function taken(): PolyphonError {
  return new PolyphonError('CNV5008', 'A human has taken the conversation. The bot is silent until it is given back.');
}
