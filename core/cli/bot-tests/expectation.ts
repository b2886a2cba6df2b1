import type { BotEvent, Citation } from '../../contract/index.ts';

/** What a test file says about one answer. All that is stated must hold. */
export interface Expectation {
  /** Words that must all be in the answer; case and spacing do not matter. */
  readonly contains?: string | readonly string[];
  /** Regular expressions (RE2) of which each must match. */
  readonly matches?: string | readonly string[];
  /** Keys in `knowledge:`, or documents, that the answer must cite. */
  readonly cites?: string | readonly string[];
  /** BCP 47 primary tag of the answer. */
  readonly language?: string;
  /** Name of the prepared text that is said, as `unknown` or `greeting`. */
  readonly says?: string;
  /** Who owns the conversation after this turn. */
  readonly ownership?: 'bot' | 'human' | 'paused';
  /** Types of events that must have happened in this turn. */
  readonly events?: string | readonly string[];
  /** From the question to the whole answer. */
  readonly maxLatencyMs?: number;
  /** What must not hold; each entry is judged by itself. */
  readonly not?: Omit<Expectation, 'not' | 'maxLatencyMs'>;
}

/** What became of one turn. */
export interface Observation {
  /** Empty where nothing was said. */
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly outcome: 'answered' | 'unknown' | 'failed' | 'silent';
  readonly ownership: 'bot' | 'human' | 'paused';
  readonly events: readonly BotEvent['type'][];
  readonly latencyMs: number;
  /** In which the engine answered. */
  readonly language: string | undefined;
}
