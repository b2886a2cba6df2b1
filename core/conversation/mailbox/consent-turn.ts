import type { InboundMessage } from '../../contract/index.ts';
import { noUsage } from '../session/said-event.ts';
import type { TurnTrace } from '../turn/turn-trace.ts';
import type { ArrivalContext } from './arrival-context.ts';

/** Keeps a turn without a bot: a word of the law was heard and answered where it has to be, or somebody wrote who wants no messages. */
export function keepConsentTurn(
  { tenant, rules, nowMs }: ArrivalContext,
  heard: {
    readonly turn: string;
    readonly conversation: string;
    readonly language: string;
    /** `consent-out`: of who wants no messages; else the word. */
    readonly reason: `consent-${NonNullable<InboundMessage['consent']> | 'out'}`;
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
    errorCode: null,
    trace: JSON.stringify(trace),
    startedAt: nowMs,
    completedAt: nowMs,
  });
}
