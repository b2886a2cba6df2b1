/**
 * The work's result, or the reason of the first signal that aborts: somebody who does not heed a signal is left behind, so that a
 * deaf plugin cannot hold a conversation.
 */
export async function within<Result>(work: Promise<Result>, signals: readonly AbortSignal[]): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (event: Event): void => reject((event.target as AbortSignal).reason);
  for (const signal of signals) {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', onAbort, { once: true });
  }
  try {
    return await Promise.race([work, promise]);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', onAbort);
    // The loser may still fail; nobody listens any more.
    work.catch(() => {});
  }
}
