import type { Clock } from '../contract/index.ts';

/** One event of `text/event-stream`. */
export interface ServerSentEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: unknown;
}

/** Proxies close what is silent for 60 s. */
const keepAliveMs = 25_000;
const encoder = new TextEncoder();

/**
 * A response that writes events as they come, pulled no faster than the caller reads. A comment line keeps a quiet stream alive.
 * It ends when `events` does; `events` is told to return when the caller leaves.
 */
export function eventStreamResponse(events: AsyncIterable<ServerSentEvent>, clock: Clock): Response {
  const iterator = events[Symbol.asyncIterator]();
  const left = new AbortController();
  let next: Promise<IteratorResult<ServerSentEvent>> | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoder.encode('retry: 2000\n\n')),
      async pull(controller) {
        next ??= iterator.next();
        const quiet = new AbortController();
        const silence = clock.sleep(keepAliveMs, AbortSignal.any([quiet.signal, left.signal])).then(
          () => 'quiet' as const,
          () => 'quiet' as const,
        );
        try {
          const result = await Promise.race([next, silence]);
          if (left.signal.aborted) return;
          if (result === 'quiet') {
            controller.enqueue(encoder.encode(': still here\n\n'));
            return;
          }
          next = undefined;
          if (result.done) controller.close();
          else controller.enqueue(encoder.encode(frameOf(result.value)));
        } finally {
          quiet.abort();
        }
      },
      async cancel() {
        left.abort();
        await iterator.return?.();
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
}

function frameOf({ event, id, data }: ServerSentEvent): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
