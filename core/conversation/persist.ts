import { PolyphonError } from '../contract/index.ts';
import type { ConversationServices } from './conversation-services.ts';

const attempts = 6;
const firstPauseMs = 100;
const longestPauseMs = 30_000;

/** For what was paid for, or has happened already: it waits for the store for as long as that takes. */
export interface Endless {
  /** Called once, when others would have given up. */
  onLong?(): void;
  /** Nobody waits for so long any more when this aborts. */
  readonly leaving: AbortSignal;
  /** Wraps each wait, to measure it. */
  wait?<Result>(work: Promise<Result>): Promise<Result>;
}

/**
 * As `Store.write`, but patient with a disk that refuses: for six seconds, as an answer that is there is not given up for a lock, or
 * endlessly.
 */
export async function persist<Result>(
  services: Pick<ConversationServices, 'store' | 'clock' | 'log'>,
  signal: AbortSignal,
  job: () => Result,
  onCommit?: (result: Result) => void,
  endless?: Endless,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await services.store.write(job, onCommit);
    } catch (error) {
      if (!(error instanceof PolyphonError) || error.code !== 'STO7002') throw error;
      const long = attempt >= attempts ? endless : undefined;
      if (attempt === attempts) {
        if (long === undefined) throw error;
        services.log.warn('the store refuses, and what is to be kept waits for it', { error });
        long.onLong?.();
      }
      const until = long === undefined ? signal : AbortSignal.any([signal, long.leaving]);
      const pause = services.clock.sleep(Math.min(firstPauseMs * 2 ** attempt, longestPauseMs), until);
      await (endless?.wait?.(pause) ?? pause);
    }
  }
}
