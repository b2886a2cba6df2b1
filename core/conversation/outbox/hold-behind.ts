import type { OutboxRow } from '../../store/outbox.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { persist } from '../persist.ts';
import { awaitsReply, holdUntilAnswered } from './invitation.ts';
import { isTemplate, messageIn } from './outbox-rows.ts';
import { sendFacts } from './send-facts.ts';
import { judgeSend } from './send-policy.ts';

/**
 * What waits behind what is held and would be held itself is held from now on, without an invitation of its own: else its week began
 * only when that of the first is over, and with it the next invitation went out. What a template carries waits for its turn.
 */
export async function holdBehind(
  services: ConversationServices,
  tenantId: string,
  conversationId: string,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, leases } = services;
  const tenant = store.forTenant(tenantId);
  const nowMs = clock.now();
  const isBehind = (row: OutboxRow): boolean =>
    row.state === 'waiting' && row.reason !== awaitsReply && row.dueAt <= nowMs && !isTemplate(row);
  const behind = tenant.outbox.unsettledOf(conversationId).filter(isBehind);
  if (behind.length === 0) return;
  using held = new DisposableStack();
  try {
    const { runtime } = held.use(leases.acquire(tenantId));
    const known = new Set<string>();
    for (const row of behind) {
      const channel = await runtime.channel(row.channel, signal);
      const facts = { ...sendFacts(tenant, row, channel, runtime.bot, nowMs), toldClosed: 'window-closed' };
      if (judgeSend(messageIn(row), facts).kind === 'invite') known.add(row.id);
    }
    if (known.size === 0) return;
    await persist(services, signal, () => {
      for (const row of tenant.outbox.unsettledOf(conversationId)) {
        if (!known.has(row.id) || !isBehind(row)) continue;
        const lastReceivedMs = tenant.inbox.lastReceivedAt(row.channel, conversationId);
        holdUntilAnswered(tenant.outbox, row, { nowMs, lastReceivedMs });
      }
    });
  } catch {
    signal.throwIfAborted();
    // No bot that serves, or no channel: it is looked at again in a moment.
  }
}
