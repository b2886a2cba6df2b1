import type { ConversationRow } from '../../store/conversations.ts';
import type { limitTexts } from '../texts/limit-texts.ts';
import type { ArrivalContext } from './arrival-context.ts';
import type { Mailboxes } from './mailboxes.ts';
import { sayNotice } from './say-notice.ts';

export type LimitWords = Exclude<keyof typeof limitTexts, 'ended' | 'unsupported'>;

/** What a person is told when the answers to what was taken of them are out. */
export interface LaterNotice {
  readonly context: ArrivalContext;
  readonly conversation: ConversationRow;
  readonly words: LimitWords;
}

/**
 * Waits for the turns that were there before the notice, then stores it. Nothing is kept of it meanwhile: when the process ends before, the
 * person hears nothing of the limit, and what they wrote then was refused in any case.
 * @returns whether there is something to send.
 */
export async function tellLater(mailboxes: Mailboxes, { context, conversation, words }: LaterNotice): Promise<boolean> {
  const { services, tenant, nowMs } = context;
  const untilSettled = new AbortController().signal;
  const before = () => tenant.inbox.openOf(conversation.id).findLast(({ receivedAt }) => receivedAt <= nowMs);
  for (let open = before(); open !== undefined; open = before()) {
    const outcome = await mailboxes.outcome(tenant.tenantId, open.turnId, untilSettled);
    // Given up, left to the next start, or waiting for what is away.
    if (outcome === undefined || before()?.turnId === open.turnId) break;
  }
  return await services.store.write(() => {
    const now = tenant.conversations.byId(conversation.id);
    if (now === undefined) return false;
    const place = { conversationId: now.id, sessionId: now.sessionId };
    const notice = { words, turnId: null, purpose: 'reply' } as const;
    sayNotice({ ...context, nowMs: services.clock.now() }, place, now, notice);
    return true;
  });
}
