import type { Message, ResolvedBot } from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { BotRuntime } from '../bot-runtime.ts';
import { type ConversationServices, type EventBody, keepEvent } from '../conversation-services.ts';
import { outboxRowsOf } from '../outbox/outbox-rows.ts';
import { persist } from '../persist.ts';
import { newMessage } from '../session/new-message.ts';
import { saidEvent } from '../session/said-event.ts';
import type { StoredRest } from '../stored-rest.ts';
import { BotTexts } from '../texts/bot-texts.ts';

/**
 * Gives a conversation back to the bot when a human was asked for and nobody came in time, and says so: with `return` the request is
 * over, with `callback` it stays open for the operators, and the person is told that somebody will get back to them.
 * Gives the time that is left, where there is some: by `rest` a clock that is set back makes it no longer.
 */
export async function judgeHandoff(
  services: ConversationServices,
  tenant: TenantStore,
  runtime: BotRuntime,
  conversationId: string,
  signal: AbortSignal,
  rest?: StoredRest,
): Promise<number | undefined> {
  const { clock } = services;
  const { bot } = runtime;
  const waiting = () => unansweredRequest(tenant, bot, conversationId);
  const found = waiting();
  if (found === undefined || bot.handoff === undefined) return undefined;
  const { id, requestedAt } = found;
  const dueAt = requestedAt + bot.handoff.timeoutMs;
  const leftMs = rest?.of({ id, dueAt, createdAt: requestedAt }) ?? dueAt - clock.now();
  if (leftMs > 0) return leftMs;

  const { onTimeout } = bot.handoff;
  const channel = await runtime.channel(found.conversation.channel, signal);
  using stream = services.streams.hold(tenant.tenantId, found.conversation.sessionId);
  const message = messageOf(services, tenant, bot, found.conversation, onTimeout);
  const returned = await persist(
    services,
    signal,
    () => {
      const open = waiting();
      if (open === undefined) return undefined;
      const now = clock.now();
      const { conversation } = open;
      tenant.handoffs.setState(open.id, onTimeout === 'callback' ? 'callback' : 'returned', now);
      tenant.conversations.setOwner(conversationId, 'bot');
      const { sessionId } = conversation;
      tenant.messages.insert({ message, conversationId, sessionId, turnId: null, createdAtMs: now });
      const destination = { channel, channelKey: conversation.channel, conversation };
      for (const row of outboxRowsOf(services, destination, message, 'begin')) {
        tenant.outbox.insert(row);
      }
      const said = { channel: conversation.channel, conversation: conversationId, message };
      const told: readonly EventBody[] = [
        ...(channel.send === undefined ? [{ type: 'channel.message.sent', ...said } as const] : []),
        { type: 'handoff.returned', conversation: conversationId, after: 'timeout' },
      ];
      return {
        shown: [stream.stage({ type: 'ownership.changed', owner: 'bot' }), stream.stage(saidEvent(message))],
        events: told.map((body) => keepEvent(services, tenant.tenantId, body)),
      };
    },
    (written) => {
      for (const event of written?.shown ?? []) stream.publish(event);
    },
  );
  if (returned === undefined) return undefined;
  services.wake(tenant.tenantId, conversationId);
  for (const event of returned.events) services.events.emit(event);
  return undefined;
}

/** The request for a human that nobody has answered. */
function unansweredRequest(tenant: TenantStore, bot: ResolvedBot, conversationId: string) {
  const conversation = tenant.conversations.byId(conversationId);
  if (bot.handoff === undefined || conversation?.owner !== 'human') return undefined;
  const open = tenant.handoffs.open(conversationId);
  return open?.state === 'requested' ? { ...open, conversation } : undefined;
}

function messageOf(
  services: ConversationServices,
  tenant: TenantStore,
  bot: ResolvedBot,
  conversation: ConversationRow,
  onTimeout: 'callback' | 'return',
): Message {
  const session = tenant.sessions.byId(conversation.sessionId);
  const texts = new BotTexts({
    bot,
    nowMs: services.clock.now(),
    log: services.log,
    render: services.render,
    scene: {
      channel: conversation.channel,
      language: conversation.language ?? bot.languages.default,
      contact: tenant.contacts.byId(conversation.contactId) ?? {},
      session: { id: conversation.sessionId, locale: session?.locale ?? null, metadata: {} },
    },
  });
  const text = texts.own(onTimeout === 'callback' ? 'callback' : 'nobody_free');
  return newMessage(services.random, { role: 'bot', text, channel: conversation.channel, atMs: services.clock.now() });
}
