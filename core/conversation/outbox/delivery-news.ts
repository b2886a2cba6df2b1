import type { BotEvent, DeliveryStatus } from '../../contract/index.ts';
import type { Outbox, OutboxRow } from '../../store/outbox.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import { type ConversationServices, keepEvent } from '../conversation-services.ts';
import { reachedAs } from '../session/same-person.ts';
import { deliveryFailed } from './delivery-failed.ts';
import { keepSent } from './keep-sent.ts';
import { isTemplate, messageIn, stoppedWhileSending } from './outbox-rows.ts';
import { type FailedPart, failPart, withoutReason } from './part-failed.ts';
import { dropProgress } from './send-progress.ts';
import { tellOfLoss } from './tell-of-delays.ts';
import { undeliver } from './undeliver.ts';
import { isWindowClosed } from './window-closed.ts';

const maxReasonLength = 300;

/**
 * Keeps what a platform tells of messages it took. What it could not bring after all is a dead letter with an event, or goes out as
 * a template where its window has closed; what is told of a message whose answer was lost settles it.
 */
export async function keepStatuses(
  services: ConversationServices,
  tenantId: string,
  channel: string,
  statuses: readonly DeliveryStatus[],
): Promise<void> {
  if (statuses.length === 0) return;
  const tenant = services.store.forTenant(tenantId);
  const nowMs = services.clock.now();
  const kept = await services.store.write(() =>
    statuses
      .flatMap((told) => newsOf(tenant, channel, told, nowMs))
      .map((news) => ({ ...news, events: eventsOf(services, tenant, news) })),
  );
  for (const { events, ...news } of kept) {
    for (const event of events) services.events.emit(event);
    // What waited behind it need not wait any more.
    if (news.what === 'dead') tellOfLoss(services, tenantId, news.row, news.reason);
    else services.wake(tenantId, news.row.conversationId);
  }
}

function eventsOf(services: ConversationServices, tenant: TenantStore, { row, ...news }: News): readonly BotEvent[] {
  const { tenantId, messages } = tenant;
  switch (news.what) {
    case 'sent':
      return keepSent(services, tenantId, row, messages.byId(row.messageId));
    case 'again':
      return [];
    case 'dead':
      return [keepEvent(services, tenantId, deliveryFailed(row, news.reason))];
    default:
      return news satisfies never;
  }
}

function newsOf(
  tenant: TenantStore,
  channel: string,
  { providerMessageId, message, part, status, reason, at, recipient = [] }: DeliveryStatus,
  nowMs: number,
): readonly News[] {
  const { deliveryStatuses, outbox } = tenant;
  const hasArrived = status === 'delivered' || status === 'read';
  // Said again of a send that failed: the row waits for its next send, which it must not be taken for.
  const isOver = !hasArrived && deliveryStatuses.find(channel, providerMessageId)?.status === 'failed';
  const isOfEarlier = status === 'failed' && (isSettled(outbox, message) || isOfEarlierForm(outbox, message, reason));
  const named = part === true || isOver || isOfEarlier ? undefined : message;
  const sent = named === undefined ? [] : confirm(outbox, { channel, message: named, providerMessageId });
  const kept = reason?.slice(0, maxReasonLength).toWellFormed() ?? null;
  const isNews = deliveryStatuses.advance({ channel, providerMessageId, status, reason: kept, at: at ?? nowMs });
  if (isNews && recipient.length > 0) learnRecipient(tenant, { channel, message, providerMessageId, recipient });
  if (!isNews || status === 'sent') return sent;
  if (part === true && message !== undefined && !hasArrived) {
    return failedPart(outbox, { channel, message, providerMessageId, reason: kept ?? withoutReason });
  }
  // Not there yet: the answer to our request is still on its way, and whoever waits for it looks here.
  const row = outbox.byProviderMessageId(channel, providerMessageId);
  if (row === undefined) return sent;
  if (!hasArrived) return [...sent, ...failed(tenant, row, kept ?? withoutReason)];
  takeBack(outbox, row);
  return sent;
}

/** The answer that would have told who the person is may have been lost, and does not tell all their ids. */
function learnRecipient(
  tenant: TenantStore,
  told: Pick<DeliveryStatus, 'providerMessageId'> & {
    readonly channel: string;
    readonly message: string | undefined;
    readonly recipient: readonly string[];
  },
): void {
  const { channel, message, providerMessageId, recipient } = told;
  const { outbox } = tenant;
  const named = message === undefined ? undefined : outbox.byId(message);
  const row = named ?? outbox.byProviderMessageId(channel, providerMessageId);
  if (row?.channel === channel) reachedAs(tenant, row, recipient, () => messageIn(row).conversation);
}

/** Given up already, whatever became of an earlier send. */
function isSettled(outbox: Outbox, message: string | undefined): boolean {
  const state = message === undefined ? undefined : outbox.byId(message)?.state;
  return state === 'dead' || state === 'dismissed';
}

/** A template goes out whether a window is open or not: what the platform says of the window is of a send before it became one. */
function isOfEarlierForm(outbox: Outbox, message: string | undefined, reason: string | undefined): boolean {
  if (message === undefined || !isWindowClosed(reason ?? '')) return false;
  const row = outbox.byId(message);
  return row !== undefined && isTemplate(row);
}

type News = { readonly row: OutboxRow } & (
  | { readonly what: 'sent' }
  | { readonly what: 'dead' | 'again'; readonly reason: string }
);

function failed(tenant: Pick<TenantStore, 'inbox' | 'outbox'>, row: OutboxRow, reason: string): readonly News[] {
  const what = undeliver(tenant, row.id, reason);
  return what === undefined ? [] : [{ row, what, reason }];
}

/** The platform takes its word back: what was a dead letter because of it is none. What was sent again meanwhile has another id. */
function takeBack(outbox: Outbox, row: OutboxRow): void {
  if (row.state === 'dead') outbox.change(row.id, { ...row, state: 'delivered', reason: null });
}

function failedPart(outbox: Outbox, part: FailedPart): readonly News[] {
  const row = failPart(outbox, part);
  return row === undefined ? [] : [{ row, what: 'dead', reason: part.reason }];
}

/** Settles the message that a status names, where nobody knew whether it arrived. */
function confirm(
  outbox: Outbox,
  told: { readonly channel: string; readonly message: string; readonly providerMessageId: string },
): readonly News[] {
  const { channel, message, providerMessageId } = told;
  const row = outbox.byId(message);
  if (row === undefined || row.channel !== channel || row.providerMessageId !== null) return [];
  if (row.state === 'sending') {
    // Whoever is sending it, or finds it so at the next start, sees the id and settles it.
    outbox.change(row.id, { ...row, providerMessageId });
    return [];
  }
  const wasToRepeat = row.state === 'waiting' && row.reason === stoppedWhileSending;
  const resends = wasToRepeat ? row.resends - 1 : row.resends;
  // When it was sent is not known any more of what waited, for another try or for the person to write: not before it was made.
  const dueAt = row.state === 'uncertain' ? row.dueAt : row.createdAt;
  dropProgress(outbox, row);
  outbox.change(row.id, { ...row, state: 'delivered', dueAt, providerMessageId, reason: null, resends });
  return [{ row, what: 'sent' }];
}
