import type { Channel, ResolvedBot } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { Begun } from './held-conversation.ts';
import { messageIn } from './outbox-rows.ts';
import { sendFacts } from './send-facts.ts';
import { judgeSend } from './send-policy.ts';

/**
 * Puts the rows of an answer into the outbox, in order. The first is marked as being sent at once, where nothing waits before it and the
 * policy lets it go as it is: a transaction of its own for that cost a tenth of a turn. Call inside `Store.write` by whoever holds the
 * conversation (`OutboxSender.hold`), and send it after the commit.
 * @param rows Made in this transaction, for where the conversation is now.
 */
export function putOut(
  tenant: TenantStore,
  rows: readonly OutboxRow[],
  to: { readonly channel: Channel; readonly bot: ResolvedBot; readonly nowMs: number },
): Begun | undefined {
  const [first, ...others] = rows;
  if (first === undefined) return undefined;
  const begun = tenant.outbox.next(first.conversationId) === undefined ? begin(tenant, first, to) : undefined;
  tenant.outbox.insert(begun === undefined ? first : { ...begun.row, state: 'sending', attempts: 1 });
  for (const row of others) tenant.outbox.insert(row);
  return begun === undefined ? undefined : { ...begun, isAlone: others.length === 0 };
}

function begin(
  tenant: TenantStore,
  row: OutboxRow,
  { channel, bot, nowMs }: Parameters<typeof putOut>[2],
): Begun | undefined {
  const verdict = judgeSend(messageIn(row), sendFacts(tenant, row, channel, bot, nowMs));
  return verdict.kind === 'send' ? { row: { ...row, dueAt: nowMs }, message: verdict.message } : undefined;
}
