import type { Logger } from 'polyphon/plugin';
import { type FakeOpenai, startFakeOpenai } from 'polyphon/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttp } from '../../../../core/network/http-client.ts';
import { ManualClock } from '../../../core/network/manual-clock.ts';
import { collect, openModel, request, textOf } from './open-model.ts';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };

/** The HTTP client of the framework, which may reach the fake and nothing else that is private. */
function guardedHttp(fake: FakeOpenai | undefined, clock = new ManualClock()) {
  const http = createHttp({ allowPrivate: fake === undefined ? [] : [new URL(fake.baseUrl).host], clock, log: silent });
  onTestFinished(() => http[Symbol.asyncDispose]());
  return { http, clock };
}

describe('through the HTTP client of the framework', () => {
  it('an answer streams', async () => {
    await using fake = await startFakeOpenai({
      replies: [{ kind: 'text', text: 'Hello, this is a test.', bytesPerWrite: 11 }],
    });
    const { http } = guardedHttp(fake);
    expect(textOf(await collect(await openModel(fake.baseUrl, { http }), request))).toBe('Hello, this is a test.');
  });

  it('an address on a private network is not reached unless the deployment allows it', async () => {
    await using fake = await startFakeOpenai();
    const { http } = guardedHttp(undefined);
    await expect(collect(await openModel(fake.baseUrl, { http }), request)).rejects.toMatchObject({ code: 'NET6001' });
    expect(fake.requests).toEqual([]);
  });

  it('an abort in mid-answer closes the connection', async () => {
    await using fake = await startFakeOpenai({
      replies: [{ kind: 'text', text: 'One two three.', stallAfterEvents: 3 }],
    });
    const { http } = guardedHttp(fake);
    const leaving = new AbortController();
    const model = await openModel(fake.baseUrl, { http });
    await expect(async () => {
      for await (const event of model.stream(request, leaving.signal)) {
        if (event.type === 'text') leaving.abort(new Error('superseded'));
      }
    }).rejects.toThrow('superseded');
    await fake.idle();
    expect(fake.leftEarly).toBe(1);
  });

  it('a service that stops in mid-answer is given up when the time of the exchange is over', async () => {
    await using fake = await startFakeOpenai({
      replies: [{ kind: 'text', text: 'One two three.', stallAfterEvents: 3 }],
    });
    const { http, clock } = guardedHttp(fake);
    const model = await openModel(fake.baseUrl, { http, config: { timeout: '20s' } });
    await expect(async () => {
      for await (const event of model.stream(request, new AbortController().signal)) {
        if (event.type === 'text') clock.advance(20_001);
      }
    }).rejects.toMatchObject({ code: 'NET6002' });
    await fake.idle();
  });
});
