import type { Readable } from 'node:stream';
import { PolyphonError } from '../contract/index.ts';

export interface LimitedBody {
  readonly maxBytes: number;
  /** What a failure while reading becomes. */
  explain(error: unknown): unknown;
  /** The last byte is read, or nobody reads on. */
  ended(): void;
}

/** The body of an answer with its limit: counted after decompression, read no faster than asked for. */
export function limitBody(
  body: Readable,
  { maxBytes, explain, ended }: LimitedBody,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const parts: AsyncIterator<Uint8Array<ArrayBuffer>> = body[Symbol.asyncIterator]();
  let bytes = 0;
  // Whoever destroys it knows why; a stream that tells nobody ends the process.
  body.on('error', () => undefined);
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const part = await parts.next();
          if (part.done === true) {
            ended();
            controller.close();
            return;
          }
          bytes += part.value.byteLength;
          if (bytes > maxBytes) throw tooLarge(maxBytes);
          controller.enqueue(part.value);
        } catch (error) {
          ended();
          body.destroy();
          throw error instanceof PolyphonError ? error : explain(error);
        }
      },
      cancel() {
        ended();
        body.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

export function tooLarge(maxBytes: number): PolyphonError {
  return new PolyphonError(
    'NET6003',
    `Outgoing request: the answer is larger than ${maxBytes} bytes. Raise the limit, or ask for less.`,
  );
}
