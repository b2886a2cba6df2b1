import type { OutboundMessage } from '../../contract/index.ts';
import type { Inbox } from '../../store/inbox.ts';
import type { Outbox, OutboxRow } from '../../store/outbox.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { messageIn } from './outbox-rows.ts';
import { isWindowClosed } from './window-closed.ts';

/** The reason of what is held until the person has written again. */
export const awaitsReply = 'awaits-reply';
/** So long it is worth waiting for; then it is a dead letter. */
const heldForMs = 7 * 86_400_000;

/**
 * Where the platform's window has closed and its template does not carry the message, the template asks the person to write, and goes
 * ahead of everything that waits; the message is held until they have. While something is held no other template goes out.
 */
export function inviteAndHold(
  { random, clock }: Pick<ConversationServices, 'random' | 'clock'>,
  { inbox, outbox }: Pick<TenantStore, 'inbox' | 'outbox'>,
  row: OutboxRow,
  template: OutboundMessage,
): void {
  const lastReceivedMs = inbox.lastReceivedAt(row.channel, row.conversationId);
  const held = outbox.unsettledOf(row.conversationId).filter((other) => other.reason === awaitsReply);
  // What is held since a window before this one is no reason to ask for nothing in this one.
  if (held.some((other) => isAnswered(other, lastReceivedMs))) letGo(outbox, row.conversationId);
  const isInvited = outbox.unsettledOf(row.conversationId).some((other) => other.reason === awaitsReply);
  const sinceMs = holdUntilAnswered(outbox, row, { nowMs: clock.now(), lastReceivedMs });
  if (isInvited) return;
  const id = random.id('out');
  const fresh = { state: 'waiting', attempts: 0, dueAt: 0, reason: null, resends: 0, purpose: 'invitation' } as const;
  outbox.insert({ ...row, ...fresh, id, payload: JSON.stringify({ ...template, id }), createdAt: sinceMs });
}

/** Until the person writes: what comes in the very millisecond in which it is held counts. @returns since when it is held. */
export function holdUntilAnswered(
  outbox: Outbox,
  row: OutboxRow,
  { nowMs, lastReceivedMs = 0 }: { readonly nowMs: number; readonly lastReceivedMs: number | undefined },
): number {
  const sinceMs = Math.max(nowMs, lastReceivedMs + 1);
  outbox.change(row.id, { ...row, state: 'waiting', reason: awaitsReply, dueAt: sinceMs + heldForMs });
  return sinceMs;
}

/** Whether the person has written before their invitation went out: nobody has to be asked any more. */
export function isNeedless(row: OutboxRow, inbox: Pick<Inbox, 'lastReceivedAt'>): boolean {
  return row.purpose === 'invitation' && row.state === 'waiting' && hasWrittenSince(row, inbox);
}

function hasWrittenSince(
  { channel, conversationId, createdAt }: OutboxRow,
  inbox: Pick<Inbox, 'lastReceivedAt'>,
): boolean {
  const lastReceivedMs = inbox.lastReceivedAt(channel, conversationId);
  return lastReceivedMs !== undefined && lastReceivedMs >= createdAt;
}

/** Whether something has come from the person since the row is held. By our clock: platforms tell the time in whole seconds. */
export function isAnswered({ dueAt }: OutboxRow, lastReceivedMs: number | undefined): boolean {
  return lastReceivedMs !== undefined && lastReceivedMs >= dueAt - heldForMs;
}

/** What need not wait behind what is held: an operator's template, or what was being sent when the process ended. */
export function aheadOfHeld(outbox: Outbox, conversationId: string, nowMs: number): OutboxRow | undefined {
  return outbox
    .unsettledOf(conversationId)
    .find((row) => row.state === 'sending' || (row.dueAt <= nowMs && row.reason !== awaitsReply && isOffer(row)));
}

/** One that carries what was to be said anyway keeps the order of what was said, also where it was tried once. */
function isOffer(row: OutboxRow): boolean {
  const { template } = messageIn(row);
  return template !== undefined && template.carriesMessage !== true;
}

/**
 * The window is open again: what is held, and what was told of the closed window meanwhile, goes out in order; an invitation that is
 * not out does not any more.
 */
export function letGo(outbox: Outbox, conversationId: string): void {
  for (const row of outbox.unsettledOf(conversationId)) {
    if (row.state !== 'waiting') continue;
    if (row.purpose === 'invitation') outbox.change(row.id, { ...row, state: 'dismissed', reason: 'answered' });
    else if (row.reason === null) continue;
    else if (row.reason === awaitsReply || isWindowClosed(row.reason))
      outbox.change(row.id, { ...row, dueAt: 0, reason: null });
  }
}

/**
 * An invitation that cannot go out rests, and what it was for is given up with its reason. Where the person has written since, what is held
 * now is held in another closed window, which has an invitation of its own. @returns what was given up.
 */
export function withoutInvitation(
  { inbox, outbox }: Pick<TenantStore, 'inbox' | 'outbox'>,
  invitation: OutboxRow,
  reason: string,
): readonly OutboxRow[] {
  outbox.change(invitation.id, { ...invitation, state: 'dismissed', reason });
  if (hasWrittenSince(invitation, inbox)) return [];
  const held = outbox.unsettledOf(invitation.conversationId).filter((row) => row.reason === awaitsReply);
  for (const row of held) outbox.change(row.id, { ...row, state: 'dead', reason });
  return held;
}
