import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

/** What came back: a short body whole, any other before anybody reads it. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: ArrayBuffer | Readable;
  readonly url: URL;
}

/** Statuses that have no body (fetch.spec.whatwg.org/#null-body-status). */
export const withoutBody: ReadonlySet<number> = new Set([101, 204, 205, 304]);
/** A body that nobody wants is read so far, because the connection can be used again then. */
const maxReadOut = 131_072;

/** How long the body says it is, in bytes as sent; NaN where it does not say. */
export function announcedBytes(headers: Answer['headers']): number {
  return Number(headers['content-length'] ?? Number.NaN);
}

/** Lets go of a body that nobody wants. Never throws. */
export async function discard({ body }: Answer): Promise<void> {
  if (!(body instanceof ArrayBuffer)) await readOut(body, body[Symbol.asyncIterator](), maxReadOut);
}

/** Reads what is left of a body, which is destroyed where that is more than so many bytes. Never throws. */
export async function readOut(body: Readable, parts: AsyncIterator<Uint8Array>, mostBytes: number): Promise<void> {
  try {
    for (let bytes = 0; bytes <= mostBytes; ) {
      const part = await parts.next();
      if (part.done === true) return;
      bytes += part.value.byteLength;
    }
    body.destroy();
  } catch {
    // It broke, or the deadline has passed; neither concerns anybody.
  }
}
