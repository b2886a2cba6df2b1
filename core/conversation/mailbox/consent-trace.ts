import type { InboundMessage } from '../../contract/index.ts';
import { noUsage } from '../session/said-event.ts';
import type { TurnTrace } from '../turn/turn-trace.ts';

/** A turn without a bot: a word of the law was heard, kept, and answered where it has to be. */
export function consentTrace(heard: {
  readonly turn: string;
  readonly conversation: string;
  readonly channel: string;
  readonly revision: string;
  readonly language: string;
  readonly consent: NonNullable<InboundMessage['consent']>;
  readonly outcome: 'answered' | 'silent';
  readonly nowMs: number;
}): TurnTrace {
  const { consent, nowMs, ...where } = heard;
  return {
    ...where,
    reason: `consent-${consent}`,
    startedAt: new Date(nowMs).toISOString(),
    queuedMs: 0,
    totalMs: 0,
    overheadMs: 0,
    steps: [],
    passages: [],
    usage: noUsage,
  };
}
