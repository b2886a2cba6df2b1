/**
 * The work's result, or the reason of the first signal that aborts: somebody who does not heed a signal is left behind, so that a
 * deaf plugin cannot hold a conversation.
 */
export function within<Result>(work: Promise<Result>, signals: readonly AbortSignal[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      for (const signal of signals) signal.removeEventListener('abort', onAbort);
    };
    const onAbort = (event: Event): void => {
      leave();
      reject((event.target as AbortSignal).reason);
    };
    for (const signal of signals) {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener('abort', onAbort, { once: true });
    }
    // Heard also when it is left behind: it may still fail.
    work.then(
      (result) => {
        leave();
        resolve(result);
      },
      (error: unknown) => {
        leave();
        reject(error);
      },
    );
  });
}
