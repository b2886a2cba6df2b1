import type { InboundMessage } from '../../contract/index.ts';
import { noUsage } from '../session/said-event.ts';
import type { TurnTrace } from '../turn/turn-trace.ts';

/** A turn without a bot: a word of the law was heard and answered where it has to be, or somebody wrote who wants no messages. */
export function consentTrace(heard: {
  readonly turn: string;
  readonly conversation: string;
  readonly channel: string;
  readonly revision: string;
  readonly language: string;
  /** `consent-out`: of who wants no messages; else the word. */
  readonly reason: `consent-${NonNullable<InboundMessage['consent']> | 'out'}`;
  readonly outcome: 'answered' | 'silent';
  readonly nowMs: number;
}): TurnTrace {
  const { nowMs, ...what } = heard;
  return {
    ...what,
    startedAt: new Date(nowMs).toISOString(),
    queuedMs: 0,
    totalMs: 0,
    overheadMs: 0,
    steps: [],
    passages: [],
    usage: noUsage,
  };
}
