import type { Money } from '../../contract/index.ts';

/** How one turn went; stored with it. */
export interface TurnTrace {
  readonly turn: string;
  readonly conversation: string;
  readonly channel: string;
  /** Hash of the bot's revision that answered. */
  readonly revision: string;
  readonly language: string;
  readonly outcome: 'answered' | 'unknown' | 'failed' | 'silent';
  /** Why nothing was said, or why it failed. */
  readonly reason?: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** From the first message's receipt to the turn's start, the wait for other messages included. */
  readonly queuedMs: number;
  readonly totalMs: number;
  /** The framework's own share: the total without the waits for model, retrieval and tools. */
  readonly overheadMs: number;
  readonly firstTokenMs?: number;
  readonly steps: readonly TraceStep[];
  /** What retrieval found, best first. */
  readonly passages: readonly {
    readonly chunk: string;
    readonly source: string;
    readonly title: string;
    readonly score: number;
  }[];
  /** The model that gave the answer. */
  readonly model?: string;
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
  /** By the prices in the definition; absent where it has none. */
  readonly cost?: Money;
}

export interface TraceStep {
  readonly name: 'history' | 'guard' | 'retrieve' | 'media' | 'model' | 'tool' | 'write';
  readonly startMs: number;
  readonly durationMs: number;
  readonly note?: string;
}
