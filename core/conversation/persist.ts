import { PolyphonError } from '../contract/index.ts';
import type { ConversationServices } from './conversation-services.ts';

const attempts = 6;
const firstPauseMs = 100;
const longestPauseMs = 30_000;

/**
 * As `Store.write`, but patient with a disk that refuses: for twelve seconds, as an answer that is there is not given up for a lock, or
 * `endless`, where what would be lost was paid for.
 */
export async function persist<Result>(
  services: Pick<ConversationServices, 'store' | 'clock' | 'log'>,
  signal: AbortSignal,
  job: () => Result,
  onCommit?: (result: Result) => void,
  patience: 'some' | 'endless' = 'some',
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await services.store.write(job, onCommit);
    } catch (error) {
      const isLast = attempt === attempts && patience === 'some';
      if (!(error instanceof PolyphonError) || error.code !== 'STO7002' || isLast) throw error;
      if (attempt === attempts) services.log.warn('the store refuses, and what is to be kept waits for it', { error });
      await services.clock.sleep(Math.min(firstPauseMs * 2 ** attempt, longestPauseMs), signal);
    }
  }
}
