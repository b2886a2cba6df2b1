import type { BotEvent, Channel, ResolvedBot } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import { type ConversationServices, keepEvent } from '../conversation-services.ts';
import { deliveryFailed } from './delivery-failed.ts';
import { inviteAndHold, isNeedless } from './invitation.ts';
import { messageNow, piecesOf, replaceByPieces } from './outbox-rows.ts';
import { sendFacts } from './send-facts.ts';
import { judgeSend, type SendVerdict } from './send-policy.ts';
import { keepAsSent } from './undeliver.ts';
import { withoutOldNews } from './window-closed.ts';

/** What the policy says of a row, and what is still true of what was told of it before. */
export interface Claim extends Pick<OutboxRow, 'reason'> {
  readonly verdict: SendVerdict;
  /** That it will not go out. */
  readonly failed?: BotEvent;
}

/**
 * Judges and marks the row; call inside `Store.write`, so that nothing changes in between. Undefined when it is not to be sent any more.
 */
export function claim(
  services: ConversationServices,
  tenant: TenantStore,
  row: OutboxRow,
  { channel, bot }: { readonly channel: Channel; readonly bot: ResolvedBot },
): Claim | undefined {
  const { outbox, tenantId } = tenant;
  const { clock } = services;
  // The person may have written while the store refused.
  if (isNeedless(row, tenant.inbox)) return undefined;
  const message = messageNow(tenant, row);
  const judged = withoutOldNews(tenant, row);
  const { reason } = judged;
  const verdict = judgeSend(message, sendFacts(tenant, judged, channel, bot, clock.now()));
  const claimed =
    verdict.kind === 'send'
      ? outbox.claim(row.id, { attempts: row.attempts + 1, dueAt: clock.now() })
      : outbox.byId(row.id)?.state === 'waiting';
  if (!claimed) return undefined;
  switch (verdict.kind) {
    case 'send':
      keepAsSent(outbox, judged, verdict.message);
      return { verdict, reason };
    case 'refuse':
      if (row.purpose === 'invitation') return { verdict, reason };
      outbox.change(row.id, { ...row, state: 'dead', reason: verdict.reason });
      return { verdict, reason, failed: keepEvent(services, tenantId, deliveryFailed(row, verdict.reason)) };
    case 'wait':
      outbox.change(row.id, { ...row, dueAt: verdict.untilMs, reason: verdict.reason });
      return { verdict, reason };
    case 'invite':
      inviteAndHold(services, tenant, row, verdict.message);
      return { verdict, reason };
    case 'split':
      replaceByPieces(outbox, row, piecesOf(services, row, message, verdict.pieces));
      return { verdict, reason };
    default:
      return verdict satisfies never;
  }
}
