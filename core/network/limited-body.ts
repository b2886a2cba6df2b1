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
  body: ReadableStream<Uint8Array>,
  { maxBytes, explain, ended }: LimitedBody,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const part = await reader.read();
          if (part.done) {
            ended();
            controller.close();
            return;
          }
          bytes += part.value.byteLength;
          if (bytes > maxBytes) throw tooLarge(maxBytes);
          controller.enqueue(part.value);
        } catch (error) {
          ended();
          await reader.cancel().catch(() => undefined);
          throw error instanceof PolyphonError ? error : explain(error);
        }
      },
      async cancel(reason) {
        ended();
        await reader.cancel(reason);
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
