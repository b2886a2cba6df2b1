import type { Readable } from 'node:stream';
import { PolyphonError } from '../contract/index.ts';
import { readOut } from './answer.ts';
import { answerTooLarge } from './exchange-errors.ts';

export interface LimitedBody {
  /** Whose body it is, for whoever reads of a failure. */
  readonly host: string;
  readonly maxBytes: number;
  /** What a failure while reading becomes. */
  explain(error: unknown): unknown;
  /** The last byte is read, or nobody reads on. */
  ended(): void;
  /** Told what a reader gets instead of the rest, unless it has left before. */
  readonly brokeOff?: ((error: unknown) => void) | undefined;
}

/**
 * A reader that stops has commonly heard all it wants, as at the `[DONE]` of a model: the few bytes up to the end are read, so that the
 * connection can be used again instead of being torn down. The deadline goes on meanwhile.
 */
const maxReadOut = 16_384;

/** The body of an answer with its limit: counted after decompression, read no faster than asked for. */
export function limitBody(
  body: Readable,
  { host, maxBytes, explain, ended, brokeOff }: LimitedBody,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const parts: AsyncIterator<Uint8Array<ArrayBuffer>> = body[Symbol.asyncIterator]();
  let bytes = 0;
  let left = false;
  const letGo = async (): Promise<void> => {
    await readOut(body, parts, maxReadOut);
    ended();
  };
  // Whoever destroys it knows why; a stream that tells nobody ends the process.
  body.on('error', () => undefined);
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const part = await parts.next();
          if (left) return;
          if (part.done === true) {
            ended();
            controller.close();
            return;
          }
          bytes += part.value.byteLength;
          if (bytes > maxBytes) throw answerTooLarge(host, maxBytes);
          controller.enqueue(part.value);
        } catch (error) {
          if (left) return;
          ended();
          body.destroy();
          const reason = error instanceof PolyphonError ? error : explain(error);
          brokeOff?.(reason);
          throw reason;
        }
      },
      cancel() {
        left = true;
        void letGo();
      },
    },
    { highWaterMark: 0 },
  );
}
