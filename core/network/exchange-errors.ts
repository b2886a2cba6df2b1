import { isUnsent, PolyphonError } from '../contract/index.ts';
import { neverSent } from './never-sent.ts';

// All of them name the host, and nothing else of the address, which may hold a secret.

export function connectionFailed({ host }: URL, error: unknown): unknown {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof PolyphonError) return cause;
  }
  return new PolyphonError(
    'NET6004',
    `Outgoing request to ${host}: the connection failed. Check that the other side is up, then try again.`,
    { cause: error, data: neverSent(error) ? { sent: 'no' } : {} },
  );
}

export function unknownName(hostname: string, cause?: unknown): PolyphonError {
  return new PolyphonError(
    'NET6004',
    `Outgoing request to ${hostname}: no server of this name is known. Check the spelling of the address, and that names can be resolved here.`,
    { cause, data: { sent: 'no' } },
  );
}

/** What was certain of the last of several steps is not of the whole: one before it had been taken. */
export function afterWriting(error: unknown): unknown {
  if (!isUnsent(error) || !(error instanceof PolyphonError)) return error;
  return new PolyphonError(error.code, error.message, { cause: error.cause });
}

export function deadlinePassed({ host }: URL, timeoutMs: number, cause: unknown): PolyphonError {
  return new PolyphonError(
    'NET6002',
    `Outgoing request to ${host}: it took longer than ${timeoutMs} ms. Try again, or raise the limit.`,
    { cause },
  );
}

export function answerTooLarge(host: string, maxBytes: number): PolyphonError {
  return new PolyphonError(
    'NET6003',
    `Outgoing request to ${host}: the answer is larger than ${maxBytes} bytes. Raise the limit, or ask for less.`,
  );
}

export function tooManyRedirects({ host }: URL, most: number): PolyphonError {
  return new PolyphonError(
    'NET6005',
    `Outgoing request to ${host}: more than ${most} redirects. Use the final address.`,
  );
}

export function bodyRedirected({ host }: URL, to: URL): PolyphonError {
  return new PolyphonError(
    'NET6005',
    `Outgoing request to ${host}: it sends the body on to ${to.host}. Use the final address.`,
  );
}
