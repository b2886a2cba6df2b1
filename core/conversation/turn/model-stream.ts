import { type Clock, type Model, type ModelEvent, type ModelRequest, PolyphonError } from '../../contract/index.ts';

/**
 * One answer of one model, with an end to patience: its first event within `firstTokenMs`, and all of it before `total` aborts, which is
 * the only limit of an answer that comes in one piece.
 * A model that does not heed its signal is left behind. @throws PolyphonError CNV5006, or the reason of `signal`.
 */
export async function* streamOnce(
  model: Model,
  request: ModelRequest,
  limits: {
    readonly clock: Clock;
    readonly firstTokenMs: number | undefined;
    readonly total: AbortSignal;
    readonly signal: AbortSignal;
    /** Wraps each wait for the model, to measure it. */
    wait<Result>(work: Promise<Result>): Promise<Result>;
  },
): AsyncGenerator<ModelEvent> {
  const controller = new AbortController();
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => {});
  const stop = (reason: unknown): void => {
    controller.abort(reason);
    stopped.reject(reason);
  };
  const onAbort = (): void => stop(limits.signal.reason);
  const onTotal = (): void => stop(tooLate(model, 'the whole answer'));
  const first = limits.firstTokenMs === undefined ? undefined : limits.clock.deadline(limits.firstTokenMs);
  const onFirst = (): void => stop(tooLate(model, 'the first word'));
  const sources: (readonly [AbortSignal, () => void])[] = [
    [limits.signal, onAbort],
    [limits.total, onTotal],
  ];
  if (first !== undefined) sources.push([first.signal, onFirst]);
  for (const [signal, listener] of sources) {
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
  }
  const events = controller.signal.aborted
    ? undefined
    : model.stream(request, controller.signal)[Symbol.asyncIterator]();
  let ended = false;
  try {
    controller.signal.throwIfAborted();
    while (events !== undefined) {
      const next = await limits.wait(Promise.race([events.next(), stopped.promise]));
      first?.signal.removeEventListener('abort', onFirst);
      ended = next.done === true || next.value.type === 'done';
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    for (const [signal, listener] of sources) signal.removeEventListener('abort', listener);
    first?.[Symbol.dispose]();
    // One that has said all may still be reading its connection empty, for the next to use.
    if (!ended) controller.abort();
    // Not awaited: a generator that hangs would hang the turn with it.
    events?.return?.().catch(() => {});
  }
}

function tooLate(model: Model, what: string): PolyphonError {
  return new PolyphonError(
    'CNV5006',
    `Model ${model.id}: ${what} did not come in time. Raise \`llm.deadline\`, or name a \`fallback\`.`,
  );
}
