import { PolyphonError } from '../contract/index.ts';
import type { ConversationServices } from './conversation-services.ts';

const attempts = 6;
const firstPauseMs = 100;

/** As `Store.write`, but patient with a disk that refuses for a moment: an answer that is there is not given up for a lock. */
export async function persist<Result>(
  services: Pick<ConversationServices, 'store' | 'clock'>,
  signal: AbortSignal,
  job: () => Result,
  onCommit?: (result: Result) => void,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await services.store.write(job, onCommit);
    } catch (error) {
      if (!(error instanceof PolyphonError) || error.code !== 'STO7002' || attempt === attempts) throw error;
      await services.clock.sleep(firstPauseMs * 2 ** attempt, signal);
    }
  }
}
