import { describe, expect, it } from 'vitest';
import { FakeKernel, route } from './fake-kernel.ts';
import { startServer } from './running-server.ts';

describe('an event stream', () => {
  function streamer(state: { cancelled: boolean; pulled: number; aborted: boolean }, chunk: string) {
    return new FakeKernel({
      routes: [
        route('GET', 'stream', async (_request, call) => {
          call.signal.addEventListener('abort', () => {
            state.aborted = true;
          });
          const body = new ReadableStream(
            {
              pull(controller) {
                state.pulled += 1;
                controller.enqueue(new TextEncoder().encode(chunk));
                return new Promise((resolve) => setImmediate(resolve));
              },
              cancel() {
                state.cancelled = true;
              },
            },
            { highWaterMark: 0 },
          );
          return {
            kind: 'ignored',
            response: new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
          };
        }),
      ],
    });
  }

  it('is written as it comes, and ends when the caller leaves', async () => {
    const state = { cancelled: false, pulled: 0, aborted: false };
    const kernel = streamer(state, 'data: 1\n\n');
    const { url } = await startServer(kernel);
    const leave = new AbortController();
    const response = await fetch(`${url}/v1/praxis/web/stream`, { signal: leave.signal });
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toContain('data: 1');
    expect(kernel.leases.open).toBe(1);
    leave.abort();
    await expect.poll(() => [state.cancelled, state.aborted, kernel.leases.open]).toEqual([true, true, 0]);
  });

  it('is not pulled faster than the caller reads', async () => {
    const state = { cancelled: false, pulled: 0, aborted: false };
    const { url } = await startServer(streamer(state, `data: ${'x'.repeat(65_536)}\n\n`));
    const response = await fetch(`${url}/v1/praxis/web/stream`);
    const reader = response.body?.getReader();
    await reader?.read();
    let before = -1;
    await expect
      .poll(
        () => {
          const same = state.pulled === before;
          before = state.pulled;
          return same;
        },
        { interval: 200 },
      )
      .toBe(true);
    expect(state.pulled).toBeLessThan(400);
    await reader?.cancel();
  });

  it('is broken off when its caller takes nothing for too long', async () => {
    const state = { cancelled: false, pulled: 0, aborted: false };
    const kernel = streamer(state, `data: ${'x'.repeat(65_536)}\n\n`);
    const { url } = await startServer(kernel, { settings: { limits: { stallTimeoutMs: 200 } } });
    const response = await fetch(`${url}/v1/praxis/web/stream`);
    await expect.poll(() => kernel.leases.open, { timeout: 5_000 }).toBe(0);
    expect(state.cancelled).toBe(true);
    await response.body?.cancel().catch(() => undefined);
  });

  it('ends when its revision closes', async () => {
    const state = { cancelled: false, pulled: 0, aborted: false };
    const kernel = streamer(state, 'data: 1\n\n');
    const { url } = await startServer(kernel);
    const response = await fetch(`${url}/v1/praxis/web/stream`);
    const text = response.text();
    kernel.revision.abort();
    await text;
    await expect.poll(() => kernel.leases.open).toBe(0);
    expect(state.cancelled).toBe(true);
  });
});
