import type { Expectation } from './expectation.ts';

/** One case of a test file, ready to run. */
export interface TestCase {
  /** Relative to the bot's folder. */
  readonly file: string;
  /** Where the case begins, from 1. */
  readonly line: number;
  readonly name: string;
  /** Key in `channels:`; the first web chat unless told. */
  readonly channel?: string;
  readonly contact?: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly turns: readonly TestTurn[];
}
export interface TestTurn {
  readonly line: number;
  readonly user: string;
  readonly expect: Expectation;
}
