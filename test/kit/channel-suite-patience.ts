import { ChannelSuiteFailure } from './channel-suite-face.ts';

/** Together less than the 5 s that vitest gives a test: it is the suite that says what hangs. */
const askedMs = 3_000;
const graceMs = 1_000;

export class ChannelSuiteHang extends ChannelSuiteFailure {}

/**
 * What a part of the channel or of the fixtures comes to. Its signal aborts after 3 s.
 * @throws ChannelSuiteHang where it has come to nothing a second later.
 */
export async function patiently<Result>(
  what: string,
  call: (signal: AbortSignal) => Promise<Result> | Result,
): Promise<Result> {
  const asked = new AbortController();
  const timer = setTimeout(() => asked.abort(new DOMException('The deadline passed.', 'TimeoutError')), askedMs);
  try {
    const work = Promise.resolve(call(asked.signal));
    if (await settles(work, askedMs + graceMs)) return await work;
    throw new ChannelSuiteHang(
      `${what} comes to an end; it did not within ${askedMs / 1000} s, nor in the second after its signal, if it has one, had aborted.`,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** What the call comes to, or its error where that is for other checks; one that hangs holds up this one as well. */
export async function unlessHung<Result>(call: Promise<Result>): Promise<Result | Error> {
  return await call.catch((error: unknown) => {
    if (error instanceof ChannelSuiteHang) throw error;
    return error instanceof Error ? error : new Error(String(error), { cause: error });
  });
}

/** Whether it settles in this time, well or not. */
export async function settles(work: Promise<unknown>, withinMs: number): Promise<boolean> {
  const over = Promise.withResolvers<false>();
  const timer = setTimeout(() => over.resolve(false), withinMs);
  const isSettled = (): true => true;
  try {
    return await Promise.race([work.then(isSettled, isSettled), over.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until it is so, but no longer than that. */
export async function until(isSo: () => boolean, mostMs: number): Promise<void> {
  for (let waitedMs = 0; !isSo() && waitedMs < mostMs; waitedMs += 10)
    await new Promise((resolve) => setTimeout(resolve, 10));
}
