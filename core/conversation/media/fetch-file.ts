import { type Attachment, type Channel, type Clock, PolyphonError } from '../../contract/index.ts';
import { within } from '../within.ts';

/** What a person sent, as the platform gave it. */
export interface FetchedFile {
  readonly bytes: Uint8Array;
  /** As the platform or the person's program says; nobody has checked it. */
  readonly mediaType: string;
}

export interface FetchLimits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Whichever aborts ends the fetch with its reason. */
  readonly signals: readonly AbortSignal[];
}

/** Places and contacts are facts in the message, and of what a channel cannot read there is nothing; all else is a file that somebody holds. */
export function isFile({ kind }: Attachment): boolean {
  return kind !== 'location' && kind !== 'contact' && kind !== 'unsupported';
}

/**
 * A file that a person sent, from the platform it came by. Nothing of it is kept.
 * @throws PolyphonError CNV5032 when the platform no longer has it, CNV5033, CNV5034, CNV5035, CNV5036; the reason of a signal.
 */
export async function fetchFile(channel: Channel, attachment: Attachment, limits: FetchLimits): Promise<FetchedFile> {
  const { clock, timeoutMs, maxBytes, signals } = limits;
  if (channel.fetchMedia === undefined || !isFile(attachment)) {
    throw new PolyphonError('CNV5033', 'File: its channel fetches none. Its address is in `url`, where it has one.');
  }
  if ((attachment.bytes ?? 0) > maxBytes) throw tooLarge(maxBytes);
  using deadline = clock.deadline(timeoutMs);
  const signal = AbortSignal.any([...signals, deadline.signal]);
  signal.throwIfAborted();
  let file: FetchedFile;
  try {
    file = await within(channel.fetchMedia(attachment, signal), [signal]);
  } catch (error) {
    for (const one of signals) one.throwIfAborted();
    throw deadline.signal.aborted ? tooLate(error) : failureOf(error, maxBytes);
  }
  if (file.bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
  return file;
}

/** Plugins tell what befell them by codes of their own: what the status says of each is the same for all. */
function failureOf(error: unknown, maxBytes: number): PolyphonError {
  if (error instanceof PolyphonError) {
    if (error.status === 410) return gone(error);
    if (error.status === 504) return tooLate(error);
    if (error.code === 'NET6003') return tooLarge(maxBytes, error);
  }
  const retryAfterMs = error instanceof PolyphonError ? error.retryAfterMs : undefined;
  return new PolyphonError('CNV5034', 'File: the platform did not give it. Try again; the log has what it said.', {
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function gone(cause: unknown): PolyphonError {
  return new PolyphonError(
    'CNV5032',
    'File: the platform no longer has it, as it was deleted or kept too long. Ask the person to send it once more.',
    { cause },
  );
}

function tooLate(cause: unknown): PolyphonError {
  return new PolyphonError('CNV5035', 'File: the platform did not give it in time. Try again in a moment.', { cause });
}

function tooLarge(maxBytes: number, cause?: unknown): PolyphonError {
  return new PolyphonError(
    'CNV5036',
    `File: it is larger than ${Math.floor(maxBytes / 1_048_576)} MB, than the channel fetches, or than the platform gives to bots. Ask for a smaller one.`,
    cause === undefined ? {} : { cause },
  );
}
