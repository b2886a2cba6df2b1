import type { OutboundMessage } from '../../contract/index.ts';
import type { Outbox, OutboxRow } from '../../store/outbox.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { isTemplate } from './outbox-rows.ts';
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
  outbox: Outbox,
  row: OutboxRow,
  template: OutboundMessage,
): void {
  const isInvited = outbox.unsettledOf(row.conversationId).some((other) => other.reason === awaitsReply);
  outbox.change(row.id, { ...row, state: 'waiting', reason: awaitsReply, dueAt: clock.now() + heldForMs });
  if (isInvited) return;
  const id = random.id('out');
  const fresh = { state: 'waiting', attempts: 0, dueAt: 0, reason: null, resends: 0, purpose: 'invitation' } as const;
  outbox.insert({ ...row, ...fresh, id, payload: JSON.stringify({ ...template, id }), createdAt: clock.now() });
}

/** Whether something has come from the person since the row is held. By our clock: platforms tell the time in whole seconds. */
export function isAnswered({ dueAt }: OutboxRow, lastReceivedMs: number | undefined): boolean {
  return lastReceivedMs !== undefined && lastReceivedMs > dueAt - heldForMs;
}

/** What need not wait behind what is held: another template, or what was being sent when the process ended. */
export function aheadOfHeld(outbox: Outbox, conversationId: string, nowMs: number): OutboxRow | undefined {
  return outbox
    .unsettledOf(conversationId)
    .find((row) => row.state === 'sending' || (row.dueAt <= nowMs && row.reason !== awaitsReply && isTemplate(row)));
}

/** The window is open again: what is held, and what was told of the closed window meanwhile, goes out in order. */
export function letGo(outbox: Outbox, conversationId: string): void {
  for (const row of outbox.unsettledOf(conversationId)) {
    if (row.state !== 'waiting' || row.reason === null) continue;
    if (row.reason === awaitsReply || isWindowClosed(row.reason))
      outbox.change(row.id, { ...row, dueAt: 0, reason: null });
  }
}

/** An invitation that cannot go out rests, and what it was for is given up with its reason. @returns what was given up. */
export function withoutInvitation(outbox: Outbox, invitation: OutboxRow, reason: string): readonly OutboxRow[] {
  const held = outbox.unsettledOf(invitation.conversationId).filter((row) => row.reason === awaitsReply);
  outbox.change(invitation.id, { ...invitation, state: 'dismissed', reason });
  for (const row of held) outbox.change(row.id, { ...row, state: 'dead', reason });
  return held;
}
