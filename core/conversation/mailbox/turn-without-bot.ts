import type { InboundMessage } from '../../contract/index.ts';
import { noUsage } from '../session/said-event.ts';
import type { TurnTrace } from '../turn/turn-trace.ts';
import type { ArrivalContext } from './arrival-context.ts';

/** The code of a turn whose person has sent STOP before it said anything. */
const overtakenByStop = 'CNV5014';

/**
 * Nobody answers what the person had asked before they sent STOP, whether its turn waits or runs: not after START either. Each has its
 * turn, so that one that runs finds that it has to be silent.
 */
export function leaveUnanswered(context: ArrivalContext, conversationId: string, language: string): void {
  const { inbox } = context.tenant;
  const open = new Set(inbox.openOf(conversationId).map(({ turnId }) => turnId));
  for (const turn of open) {
    inbox.close(conversationId, turn);
    keepTurnWithoutBot(context, {
      turn,
      conversation: conversationId,
      language,
      reason: overtakenByStop,
      replyId: null,
    });
  }
}

/**
 * Keeps a turn without a bot: a word of the law was heard and answered where it has to be, somebody wrote who wants no messages, or nobody
 * waits for an answer.
 */
export function keepTurnWithoutBot(
  { tenant, rules, nowMs }: ArrivalContext,
  heard: {
    readonly turn: string;
    readonly conversation: string;
    readonly language: string;
    /**
     * `consent-out`: of who wants no messages; `consent-late`: a word that came behind a later one; `no-reply`: of what nobody waits
     * behind; the code of a question that STOP has overtaken; else the word.
     */
    readonly reason:
      | `consent-${NonNullable<InboundMessage['consent']> | 'out' | 'late'}`
      | 'no-reply'
      | typeof overtakenByStop;
    readonly replyId: string | null;
  },
): void {
  const { replyId, ...what } = heard;
  const { revision } = rules.bot;
  const trace: TurnTrace = {
    ...what,
    channel: rules.channel,
    revision,
    outcome: replyId === null ? 'silent' : 'answered',
    startedAt: new Date(nowMs).toISOString(),
    queuedMs: 0,
    totalMs: 0,
    overheadMs: 0,
    steps: [],
    passages: [],
    usage: noUsage,
  };
  tenant.turns.insert({
    id: heard.turn,
    conversationId: heard.conversation,
    state: replyId === null ? 'silent' : 'completed',
    outcome: trace.outcome,
    replyId,
    revision,
    errorCode: heard.reason === overtakenByStop ? overtakenByStop : null,
    trace: JSON.stringify(trace),
    startedAt: nowMs,
    completedAt: nowMs,
  });
}
