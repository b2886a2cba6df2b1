import type { Channel, ResolvedBot } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import { messageIn } from './outbox-rows.ts';
import { sendFacts } from './send-facts.ts';
import { judgeSend } from './send-policy.ts';

/** The row as the policy leaves it now, so that whoever writes learns at once what will not go out, or not yet. */
export function judgedRow(
  tenant: TenantStore,
  row: OutboxRow,
  to: { readonly channel: Channel; readonly bot: ResolvedBot; readonly nowMs: number },
): OutboxRow {
  const verdict = judgeSend(messageIn(row), sendFacts(tenant, row, to.channel, to.bot, to.nowMs));
  switch (verdict.kind) {
    case 'send':
    case 'invite':
    case 'split':
      return row;
    case 'wait':
      return { ...row, dueAt: verdict.untilMs, reason: verdict.reason };
    case 'refuse':
      return { ...row, state: 'dead', reason: verdict.reason };
    default:
      return verdict satisfies never;
  }
}
