import type { Clock, StreamEvent } from 'polyphon/plugin';
import type { Synthetic } from './turn-events.ts';

/** Under the 30 to 60 s after which proxies cut a silent connection. */
const heartbeatMs = 15_000;
const encoder = new TextEncoder();

/** An event as `text/event-stream` has it (WHATWG HTML, server-sent events): one line of JSON, so no line break needs splitting. */
export function encodeEvent(event: StreamEvent | Synthetic): string {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  return `${id}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Streams events until they end or the reader leaves, with a comment as heartbeat when nothing happens. */
export function eventStream(
  open: (signal: AbortSignal) => AsyncIterable<StreamEvent | Synthetic>,
  clock: Clock,
  headers: Readonly<Record<string, string>>,
): Response {
  const left = new AbortController();
  const events = open(left.signal)[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<StreamEvent | Synthetic>> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(': open\n\n')),
    pull: async (controller) => {
      next ??= events.next();
      using patience = clock.deadline(heartbeatMs);
      const result = await Promise.race([next, silence(patience.signal)]);
      if (result === 'silence') {
        controller.enqueue(encoder.encode(': still here\n\n'));
        return;
      }
      next = undefined;
      if (result.done) controller.close();
      else controller.enqueue(encoder.encode(encodeEvent(result.value)));
    },
    cancel: async () => {
      left.abort();
      await next?.catch(() => undefined);
      await events.return?.();
    },
  });
  return new Response(body, {
    headers: {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
    },
  });
}

function silence(signal: AbortSignal): Promise<'silence'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('silence');
    signal.addEventListener('abort', () => resolve('silence'), { once: true });
  });
}
