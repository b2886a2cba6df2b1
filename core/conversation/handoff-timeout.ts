import type { ResolvedBot } from '../contract/index.ts';
import type { ConversationRow } from '../store/conversations.ts';
import type { TenantStore } from '../store/tenant-store.ts';
import { type ConversationServices, emitEvent } from './conversation-services.ts';
import { persist } from './persist.ts';

/**
 * Gives a conversation back to the bot when a human was asked for, nobody came in time, and the bot is to go on then.
 * Judged when a message comes: without one nobody waits for an answer.
 */
export async function returnAfterTimeout(
  services: ConversationServices,
  tenant: TenantStore,
  bot: ResolvedBot,
  conversation: ConversationRow,
  signal: AbortSignal,
): Promise<void> {
  if (conversation.owner !== 'human' || bot.handoff?.onTimeout !== 'return') return;
  const { timeoutMs } = bot.handoff;
  const late = () => {
    const open = tenant.handoffs.open(conversation.id);
    return open?.state === 'requested' && services.clock.now() - open.requestedAt > timeoutMs ? open : undefined;
  };
  if (late() === undefined) return;
  using stream = services.streams.hold(tenant.tenantId, conversation.sessionId);
  const returned = await persist(
    services,
    signal,
    () => {
      const open = late();
      if (open === undefined) return undefined;
      tenant.handoffs.setState(open.id, 'returned', services.clock.now());
      tenant.conversations.setOwner(conversation.id, 'bot');
      return stream.stage({ type: 'ownership.changed', owner: 'bot' });
    },
    (event) => {
      if (event !== undefined) stream.publish(event);
    },
  );
  if (returned !== undefined) {
    emitEvent(services, tenant.tenantId, { type: 'handoff.returned', conversation: conversation.id });
  }
}
