import { createHash } from 'node:crypto';
import {
  type Outbound,
  type OutboundMessage,
  PolyphonError,
  type SentMessage,
  type SessionView,
} from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import type { SessionRow } from '../../store/sessions.ts';
import { type ConversationServices, keepEvent } from '../conversation-services.ts';
import { newMessage } from '../session/new-message.ts';
import { newSession } from '../session/new-session.ts';
import { conversationAt, joinAliases } from '../session/same-person.ts';
import { sameWords } from '../session/same-words.ts';
import { sessionView } from '../session/session-view.ts';
import { deliveryFailed } from './delivery-failed.ts';
import { judgedRow } from './judged-row.ts';
import { deliveryOf } from './message-delivery.ts';
import { messageIn, outboxRowsOf } from './outbox-rows.ts';
import type { OutboxSender } from './outbox-sender.ts';

/** How many messages are shown with their deliveries, and among how many they are looked for. */
const sentAtMost = 100;
const saidAtMost = 200;

/** Writing to people first, through one channel of one tenant. */
export function channelOutbound(
  services: ConversationServices,
  sender: OutboxSender,
  tenantId: string,
  channelKey: string,
): Outbound {
  const { store, clock, random, leases } = services;
  const tenant = store.forTenant(tenantId);

  const view = (session: SessionRow, owner: ConversationRow['owner']): SessionView => {
    using lease = leases.acquire(tenantId);
    return sessionView(session, owner, { nowMs: clock.now(), idleCloseMs: lease.runtime.bot.session.idleCloseMs });
  };
  const find = (
    sessionId: string,
  ): { readonly session: SessionRow; readonly conversation: ConversationRow } | undefined => {
    const session = tenant.sessions.byId(sessionId);
    const conversation = session === undefined ? undefined : tenant.conversations.byId(session.conversationId);
    if (session === undefined || conversation === undefined || session.channel !== channelKey) return undefined;
    return { session, conversation };
  };

  return {
    open: async ({ conversation: externalId, contact, locale }, signal) => {
      signal.throwIfAborted();
      const opened = await store.write(() => {
        const { id, ...details } = contact;
        const address = { channel: channelKey, externalId: id };
        joinAliases(tenant, address, contact);
        const known = conversationAt(tenant, { channel: channelKey, externalId });
        const current = known === undefined ? undefined : tenant.sessions.byId(known.sessionId);
        if (known !== undefined && current !== undefined && view(current, known.owner).state === 'active') {
          return { session: current, owner: known.owner, event: undefined };
        }
        const contactId = known?.contactId ?? tenant.contacts.identify(address, details, random, clock.now()).id;
        joinAliases(tenant, address, contact);
        if (current?.state === 'active') tenant.sessions.setState(current.id, 'closed', current.lastActiveAt);
        const session = newSession(services, tenant, {
          channel: channelKey,
          externalId,
          contactId,
          conversation: known,
          locale,
          metadata: {},
        });
        const created = { type: 'channel.session.created', channel: channelKey, session: session.id } as const;
        return { session, owner: known?.owner ?? 'bot', event: keepEvent(services, tenantId, created) };
      });
      if (opened.event !== undefined) services.events.emit(opened.event);
      return view(opened.session, opened.owner);
    },

    session: async (sessionId, signal) => {
      signal.throwIfAborted();
      const found = find(sessionId);
      return found === undefined ? undefined : view(found.session, found.conversation.owner);
    },

    deliveries: async (sessionId, signal) => {
      signal.throwIfAborted();
      const found = find(sessionId);
      if (found === undefined) return [];
      const said = tenant.messages.recent({ conversationId: found.conversation.id, sessionId }, saidAtMost);
      const sent = said.flatMap(({ id, role, text }): readonly SentMessage[] => {
        if (role !== 'bot' && role !== 'operator') return [];
        const delivery = deliveryOf(tenant, id);
        return delivery === undefined ? [] : [{ id, role, text, delivery }];
      });
      return sent.slice(-sentAtMost);
    },

    enqueue: async (sessionId, outgoing, signal) => {
      signal.throwIfAborted();
      using lease = leases.acquire(tenantId);
      const channel = await lease.runtime.channel(channelKey, signal);
      const stored = await store.write(() => {
        const { session, conversation } = find(sessionId) ?? unknownSession();
        const rowId = outgoing.key === undefined ? random.id('out') : rowIdOf(sessionId, outgoing.key);
        const { attachments = [], actions = [] } = outgoing;
        const text = outgoing.text.toWellFormed();
        const before = tenant.outbox.byId(rowId);
        if (before !== undefined) {
          const said = tenant.messages.byId(before.messageId);
          if (said !== undefined) sameWords(said, { text, attachments, actions });
          return { messageId: before.messageId, conversationId: conversation.id, refused: [] };
        }
        if (view(session, conversation.owner).state === 'closed') {
          throw new PolyphonError('CNV5003', 'The session is closed and stays so. Open one with POST …/sessions.');
        }
        const now = clock.now();
        const said = { role: 'operator', text, attachments, actions, channel: channelKey } as const;
        const message = newMessage(random, { ...said, atMs: now });
        tenant.messages.insert({
          message,
          conversationId: conversation.id,
          sessionId,
          turnId: null,
          createdAtMs: now,
        });
        tenant.conversations.touch(conversation.id, now);
        tenant.sessions.touch(sessionId, now);
        const rows = outboxRowsOf(services, { channel, channelKey, conversation }, message, 'begin');
        const to = { channel, bot: lease.runtime.bot, nowMs: now };
        const judged = asAsked(rows, rowId, outgoing.template).map((row) => judgedRow(tenant, row, to));
        for (const row of judged) tenant.outbox.insert(row);
        const refused = judged
          .filter(({ state }) => state === 'dead')
          .map((row) => keepEvent(services, tenantId, deliveryFailed(row, row.reason ?? 'failed')));
        return { messageId: message.id, conversationId: conversation.id, refused };
      });
      const { messageId: id, conversationId } = stored;
      for (const event of stored.refused) services.events.emit(event);
      // As it is stored, before anything of it is on its way.
      const delivery = deliveryOf(tenant, id);
      sender.kick(tenantId, conversationId);
      return { id, ...(delivery === undefined ? {} : { delivery }) };
    },
  };
}

/** The first row carries the id by which the message is known again. A template goes out whole: its text is for our history only. */
function asAsked(
  rows: readonly OutboxRow[],
  rowId: string,
  template: OutboundMessage['template'],
): readonly OutboxRow[] {
  const [first, ...rest] = rows;
  if (first === undefined) return [];
  const whole = messageIn(first);
  const payload: OutboundMessage = { ...whole, id: rowId, ...(template === undefined ? {} : { template }) };
  return [{ ...first, id: rowId, payload: JSON.stringify(payload) }, ...(template === undefined ? rest : [])];
}

function rowIdOf(sessionId: string, key: string): string {
  return `out_${createHash('sha256').update(`${sessionId} ${key}`).digest('hex').slice(0, 32)}`;
}

function unknownSession(): never {
  throw new PolyphonError('CNV5002', 'No session of this channel has this id. Create one with POST …/sessions.');
}
