import { readFileSync } from 'node:fs';
import { PolyphonError } from 'polyphon/plugin';
import { type FakeOpenaiReply, fakeHttp, startFakeOpenai } from 'polyphon/testing';
import { describe, expect, it } from 'vitest';
import { collect, openModel, request } from './open-model.ts';

async function failureOf(
  reply: FakeOpenaiReply,
  config: object = {},
  delivery: 'streamed' | 'whole' = 'streamed',
): Promise<{ readonly error: PolyphonError; readonly requests: number }> {
  await using fake = await startFakeOpenai({ replies: [reply], models: ['gpt-4.1-mini'] });
  const error = await collect(await openModel(fake.baseUrl, { config }), { ...request, delivery }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof PolyphonError)) throw new Error(`expected a PolyphonError, saw ${String(error)}`);
  return { error, requests: fake.requests.length };
}

const hello: FakeOpenaiReply = { kind: 'text', text: 'Hello there.' };

describe('a failure of the service', () => {
  it.each<[string, FakeOpenaiReply, object, string, number | undefined]>([
    ['a wrong key', hello, { apiKey: 'sk-wrong' }, 'MDL5001', undefined],
    ['a model it does not have', hello, { model: 'gpt-99' }, 'MDL5002', undefined],
    [
      'a limit with seconds to wait',
      { kind: 'error', status: 429, code: 'rate_limit_exceeded', headers: { 'retry-after': '7' } },
      {},
      'MDL5003',
      7000,
    ],
    [
      'a limit with milliseconds to wait',
      { kind: 'error', status: 429, headers: { 'retry-after-ms': '250', 'retry-after': '1' } },
      {},
      'MDL5003',
      250,
    ],
    [
      'a limit with a date to wait for',
      { kind: 'error', status: 429, headers: { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' } },
      {},
      'MDL5003',
      30_000,
    ],
    ['a limit that says nothing', { kind: 'error', status: 429 }, {}, 'MDL5003', 1000],
    [
      'a limit that asks for a year',
      { kind: 'error', status: 429, headers: { 'retry-after': '31536000' } },
      {},
      'MDL5003',
      600_000,
    ],
    ['a used-up account', { kind: 'error', status: 429, code: 'insufficient_quota' }, {}, 'MDL5003', undefined],
    ['too long a request', { kind: 'error', status: 400, code: 'context_length_exceeded' }, {}, 'MDL5004', undefined],
    [
      'too long a request, in words',
      {
        kind: 'error',
        status: 400,
        code: 'invalid_request',
        message: "This model's maximum context length is 8192 tokens.",
      },
      {},
      'MDL5004',
      undefined,
    ],
    ['a server error', { kind: 'error', status: 500 }, {}, 'MDL5005', 1000],
    ['an overload', { kind: 'error', status: 503, headers: { 'retry-after': '3' } }, {}, 'MDL5005', 3000],
    [
      'a refused parameter',
      { kind: 'error', status: 400, code: 'unsupported_parameter', param: 'max_tokens' },
      {},
      'MDL5007',
      undefined,
    ],
    ['a parameter out of range', hello, { temperature: 5 }, 'MDL5007', undefined],
    ['a cut connection', { ...hello, cutAfterEvents: 2 }, {}, 'MDL5006', 1000],
    ['an end without an end', { ...hello, endAfterEvents: 2 }, {}, 'MDL5006', 1000],
    [
      'broken JSON',
      {
        kind: 'recorded',
        lines: ['{"id":"a","choices":[{"index":0,"delta":{"role":"assistant","content":"H"}}]}', '{"id":'],
      },
      {},
      'MDL5006',
      1000,
    ],
    [
      'an error in mid-answer',
      {
        kind: 'recorded',
        lines: [
          '{"id":"a","choices":[{"index":0,"delta":{"role":"assistant","content":"H"}}]}',
          '{"error":{"message":"overloaded","type":"server_error","code":"overloaded"}}',
        ],
      },
      {},
      'MDL5005',
      1000,
    ],
  ])('%s', async (_name, reply, config, code, retryAfterMs) => {
    const { error, requests } = await failureOf(reply, config);
    expect({ code: error.code, retryAfterMs: error.retryAfterMs }).toEqual({ code, retryAfterMs });
    expect(error.message).toMatch(/^Model openai:\S+ at 127\.0\.0\.1:\d+: .+\. .+\.$/);
    expect(requests, 'it is not retried here').toBe(1);
  });

  it.each<[string, FakeOpenaiReply, string]>([
    ['a limit', { kind: 'error', status: 429, headers: { 'retry-after': '7' } }, 'MDL5003'],
    ['a server error', { kind: 'error', status: 500 }, 'MDL5005'],
    ['a cut connection', { ...hello, cutAfterEvents: 2 }, 'MDL5006'],
    ['an end without an end', { ...hello, endAfterEvents: 2 }, 'MDL5006'],
  ])('%s, where the answer comes in one piece', async (_name, reply, code) => {
    const { error, requests } = await failureOf(reply, {}, 'whole');
    expect(error.code).toBe(code);
    expect(requests, 'it is not retried here').toBe(1);
  });

  it('names the refused parameter in its data, not in the text of the vendor', async () => {
    const body = JSON.parse(
      readFileSync(
        new URL('../../../fixtures/llm-streams/reasoning-model-legacy-parameter-error.json', import.meta.url),
        'utf8',
      ),
    ) as { error: { message: string; param: string; code: string } };
    const { message, param, code } = body.error;
    const { error } = await failureOf({ kind: 'error', status: 400, message, param, code });
    expect(error.data).toEqual({ status: 400, vendorCode: 'unsupported_parameter', param: 'max_tokens' });
    expect(error.message).not.toContain('Unsupported parameter');
  });

  it('keeps what the vendor says of the key and of the person out of the message', async () => {
    const { error } = await failureOf({
      kind: 'error',
      status: 401,
      message: 'Incorrect API key provided: sk-secret-123 by jane@example.org',
    });
    expect(`${error.message} ${JSON.stringify(error.data)}`).not.toMatch(/sk-secret|jane/);
  });
});

describe('a failure on the way', () => {
  it('is reported as unreachable when no one listens', async () => {
    const fake = await startFakeOpenai();
    const { baseUrl } = fake;
    await fake[Symbol.asyncDispose]();
    await expect(collect(await openModel(baseUrl), request)).rejects.toMatchObject({
      code: 'MDL5008',
      retryAfterMs: 1000,
    });
  });

  it.each(['NET6001', 'NET6002'] as const)('keeps the code %s of the granted client', async (code) => {
    const http = fakeHttp(() =>
      Promise.reject(new PolyphonError(code, 'Outgoing request: refused. The request timed out.')),
    );
    await expect(collect(await openModel('http://10.0.0.1/v1', { http }), request)).rejects.toMatchObject({ code });
  });
});
