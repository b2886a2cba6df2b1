import { type Channel, type Clock, type Deliver, type Logger, PolyphonError, type Random } from '../contract/index.ts';

const firstPauseMs = 500;
const longestPauseMs = 60_000;
/** Who has listened for so long has recovered: the next failure is a new one. */
const steadyMs = 120_000;

/** A channel that does not say when it hears is well again after so long without a failure. */
const wellMs = 60_000;

/** Told how the intake is. */
export interface ListenerState {
  failed(error: unknown): void;
  heard(): void;
  isFailing(): boolean;
}

export interface ListenerServices {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/**
 * Runs a channel's own intake (long polling) until the signal aborts. One that fails, or ends by itself, begins again after a while
 * that grows with each failure, and never before the channel asks for it.
 */
export async function keepListening(
  channel: { readonly key: string; readonly listen: NonNullable<Channel['listen']> },
  deliver: Deliver,
  services: ListenerServices & { readonly state: ListenerState },
  signal: AbortSignal,
): Promise<void> {
  const { clock, random, log, state } = services;
  // What a listener brings that does not obey its signal belongs to the revision that took its place.
  const whileWanted: Deliver = async (...told) => {
    signal.throwIfAborted();
    state.heard();
    return deliver(...told);
  };
  let failures = 0;
  while (!signal.aborted) {
    const startedMs = clock.monotonicMs();
    const run = new AbortController();
    if (state.isFailing()) void clock.sleep(wellMs, run.signal).then(state.heard, () => undefined);
    const error = await channel.listen(whileWanted, signal, state.heard).then(
      () => undefined,
      (reason: unknown) => reason ?? new Error('a listener threw nothing'),
    );
    run.abort();
    if (signal.aborted) return;
    state.failed(error);
    failures = clock.monotonicMs() - startedMs >= steadyMs ? 1 : failures + 1;
    const atLeastMs = error instanceof PolyphonError ? (error.retryAfterMs ?? 0) : 0;
    const most = Math.min(longestPauseMs, firstPauseMs * 2 ** failures);
    const pauseMs = Math.round(atLeastMs + most / 2 + (random.next() * most) / 2);
    log.warn('a channel stopped listening and begins again', {
      channel: channel.key,
      pauseMs,
      ...(error === undefined ? {} : { error }),
    });
    await clock.sleep(pauseMs, signal).catch(() => undefined);
  }
}
