import type { ArrivalContext } from './arrival-context.ts';
import { consentTrace } from './consent-trace.ts';

/** The turn of a message from somebody who wants no more of them: no bot has read it. */
export function storeSilence(
  { tenant, rules, nowMs }: ArrivalContext,
  conversationId: string,
  turnId: string,
  language: string,
): void {
  const { revision } = rules.bot;
  const turn = { turn: turnId, conversation: conversationId, channel: rules.channel, revision, language };
  const trace = consentTrace({ ...turn, reason: 'consent-out', outcome: 'silent', nowMs });
  tenant.turns.insert({
    id: turnId,
    conversationId,
    state: 'silent',
    replyId: null,
    revision,
    errorCode: null,
    trace: JSON.stringify(trace),
    startedAt: nowMs,
    completedAt: nowMs,
  });
}
