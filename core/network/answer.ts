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

/** Lets go of a body that nobody wants. Never throws. */
export async function discard({ body }: Answer): Promise<void> {
  if (body instanceof ArrayBuffer) return;
  try {
    let bytes = 0;
    for await (const part of body as AsyncIterable<Uint8Array>) {
      bytes += part.byteLength;
      if (bytes > maxReadOut) return;
    }
  } catch {
    // It broke, or the deadline has passed; neither concerns anybody.
  }
}
