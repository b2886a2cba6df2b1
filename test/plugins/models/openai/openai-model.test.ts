import { type ModelRequest, PolyphonError } from 'polyphon/plugin';
import { startFakeOpenai } from 'polyphon/testing';
import { describe, expect, it } from 'vitest';
import { collect, openModel, recorded, request, textOf, watchedHttp, weatherTool } from './open-model.ts';

describe('an answer', () => {
  it('streams as it comes, ends with one done and reports the tokens', async () => {
    await using fake = await startFakeOpenai({ replies: [{ kind: 'text', text: 'A crown costs 690 euros. [1]' }] });
    const events = await collect(await openModel(fake.baseUrl), request);
    expect(textOf(events)).toBe('A crown costs 690 euros. [1]');
    expect(events.filter(({ type }) => type === 'text').length).toBeGreaterThan(3);
    expect(events.filter(({ type }) => type === 'done')).toEqual([
      { type: 'done', finish: 'stop', usage: { inputTokens: expect.any(Number), outputTokens: 6 } },
    ]);
    expect(events.at(-1)?.type).toBe('done');
  });

  it('is whole however the bytes are split', async () => {
    const text = 'Größe: 5 µm, שלום, привет 🙂.';
    await using fake = await startFakeOpenai({
      replies: [1, 7, 64].map((bytesPerWrite) => ({ kind: 'text', text, bytesPerWrite }) as const),
    });
    const model = await openModel(fake.baseUrl);
    for (let round = 0; round < 3; round++) expect(textOf(await collect(model, request))).toBe(text);
  });

  it('arrives piece by piece and not at the end', async () => {
    await using fake = await startFakeOpenai({
      replies: [{ kind: 'text', text: 'One two three four.', stallAfterEvents: 3 }],
    });
    const model = await openModel(fake.baseUrl);
    const leaving = new AbortController();
    const seen: string[] = [];
    await expect(async () => {
      for await (const event of model.stream(request, leaving.signal)) {
        if (event.type === 'text') seen.push(event.text);
        if (seen.length === 2) leaving.abort(new Error('enough'));
      }
    }).rejects.toThrow('enough');
    expect(seen.join('')).toBe('One two');
  });

  it.each([
    ['openai-text.chunks.txt', 16, 300, /^\*\*Holiday/],
    ['azure-model-router.1.chunks.txt', 15, 78, /^Capital of Denmark\.$/],
    ['mistral-text.chunks.txt', 13, 8, /^Hello/],
  ])('is read from the recorded stream %s', async (name, inputTokens, outputTokens, text) => {
    await using fake = await startFakeOpenai({ replies: [{ kind: 'recorded', lines: recorded(name) }] });
    const events = await collect(await openModel(fake.baseUrl), request);
    expect(textOf(events)).toMatch(text);
    expect(events.at(-1)).toEqual({ type: 'done', finish: 'stop', usage: { inputTokens, outputTokens } });
  });

  it('that is cut at the token limit says so', async () => {
    await using fake = await startFakeOpenai({ replies: [{ kind: 'text', text: 'It is', finish: 'length' }] });
    expect((await collect(await openModel(fake.baseUrl), request)).at(-1)).toMatchObject({ finish: 'length' });
  });

  it.each([
    ['a refusal', { kind: 'refusal', text: 'I cannot help with that.' }],
    ['a content filter in the stream', { kind: 'text', text: 'It is', finish: 'content_filter' }],
    ['a content filter before it', { kind: 'error', status: 400, code: 'content_filter' }],
  ] as const)('that the service does not give (%s) ends as refused', async (_name, reply) => {
    await using fake = await startFakeOpenai({ replies: [reply] });
    expect((await collect(await openModel(fake.baseUrl), request)).at(-1)).toMatchObject({
      type: 'done',
      finish: 'refused',
    });
  });
});

describe('a request', () => {
  it('carries the instructions, the conversation and the tools as the service documents them', async () => {
    await using fake = await startFakeOpenai();
    const conversation: ModelRequest = {
      ...request,
      messages: [
        { role: 'contact', text: 'Weather?' },
        { role: 'bot', text: '', toolCalls: [{ id: 'call_1', name: 'weather', arguments: { location: 'Bonn' } }] },
        { role: 'tool', callId: 'call_1', name: 'weather', result: 'Sunny.' },
        { role: 'bot', text: 'Sunny.' },
        { role: 'operator', text: 'And warm.' },
        { role: 'contact', text: 'Thanks. And a crown?' },
      ],
      tools: [weatherTool],
    };
    await collect(await openModel(fake.baseUrl, { config: { temperature: 0.2, maxTokens: 300 } }), conversation);
    expect(fake.requests[0]?.refusal).toBeUndefined();
    expect(fake.requests[0]?.body).toEqual({
      model: 'gpt-4.1-mini',
      temperature: 0.2,
      max_tokens: 300,
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: 'system', content: request.system },
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: '',
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"location":"Bonn"}' } },
          ],
        },
        { role: 'tool', content: 'Sunny.', tool_call_id: 'call_1' },
        { role: 'assistant', content: 'Sunny.' },
        { role: 'assistant', content: 'And warm.' },
        { role: 'user', content: 'Thanks. And a crown?' },
      ],
      tools: [{ type: 'function', function: weatherTool }],
    });
  });

  it("leaves through the granted client with the tenant's key and nothing of the environment", async () => {
    await using fake = await startFakeOpenai();
    const http = watchedHttp();
    const before = { ...process.env };
    Object.assign(process.env, {
      OPENAI_API_KEY: 'sk-of-the-process',
      OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
      OPENAI_ORG_ID: 'org-of-the-process',
      OPENAI_CUSTOM_HEADERS: 'x-leak: of-the-process',
    });
    try {
      await collect(await openModel(fake.baseUrl, { http, config: { project: 'proj_1' } }), request);
    } finally {
      process.env = before;
    }
    expect(http.calls.map(({ url }) => url)).toEqual([`${fake.baseUrl}/chat/completions`]);
    expect(http.calls[0]?.options).toMatchObject({ timeoutMs: 60_000, retry: 'never', method: 'POST' });
    expect(http.calls[0]?.options.headers).toEqual({
      accept: 'text/event-stream, application/json',
      'content-type': 'application/json',
      authorization: 'Bearer sk-test',
      'openai-project': 'proj_1',
    });
    expect(JSON.stringify(fake.requests[0])).not.toContain('of-the-process');
  });

  it('has no authorization where the tenant has no key', async () => {
    await using fake = await startFakeOpenai({ apiKey: 'none' });
    await collect(await openModel(fake.baseUrl, { config: { apiKey: undefined } }), request);
    expect(fake.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('asks for no token counts where the server refuses that', async () => {
    await using fake = await startFakeOpenai();
    const events = await collect(await openModel(fake.baseUrl, { config: { streamUsage: false } }), request);
    expect(fake.requests[0]?.body).not.toHaveProperty('stream_options');
    expect(events.at(-1)).toMatchObject({ finish: 'stop', usage: { inputTokens: 0, outputTokens: 0 } });
  });
});

describe('an answer in one piece', () => {
  const whole = { ...request, delivery: 'whole' } as const;

  it('comes as one text with its tokens, and was not asked for as a stream', async () => {
    const text = 'Größe: 5 µm, שלום, привет 🙂. [1]';
    await using fake = await startFakeOpenai({ replies: [{ kind: 'text', text }] });
    expect(await collect(await openModel(fake.baseUrl), whole)).toEqual([
      { type: 'text', text },
      { type: 'done', finish: 'stop', usage: { inputTokens: expect.any(Number), outputTokens: 7 } },
    ]);
    expect(fake.requests[0]?.body).not.toMatchObject({ stream: true });
    expect(fake.requests[0]?.refusal).toBeUndefined();
  });

  it.each([
    ['that is cut at the token limit', { kind: 'text', text: 'It is', finish: 'length' }, 'length'],
    ['that is refused', { kind: 'refusal', text: 'I cannot help with that.' }, 'refused'],
    ['that is filtered', { kind: 'text', text: '', finish: 'content_filter' }, 'refused'],
  ] as const)('%s says so', async (_name, reply, finish) => {
    await using fake = await startFakeOpenai({ replies: [reply] });
    expect((await collect(await openModel(fake.baseUrl), whole)).at(-1)).toMatchObject({ type: 'done', finish });
  });

  it('hands on its tool calls', async () => {
    const calls = [
      { id: 'call_a', name: 'weather', arguments: '{"location":"Köln"}' },
      { id: 'call_b', name: 'weather', arguments: '{"location":"Bonn"}' },
    ];
    await using fake = await startFakeOpenai({ replies: [{ kind: 'tool-calls', calls, text: 'One moment.' }] });
    expect(await collect(await openModel(fake.baseUrl), { ...whole, tools: [weatherTool] })).toEqual([
      { type: 'text', text: 'One moment.' },
      { type: 'tool-call', call: { id: 'call_a', name: 'weather', arguments: { location: 'Köln' } } },
      { type: 'tool-call', call: { id: 'call_b', name: 'weather', arguments: { location: 'Bonn' } } },
      { type: 'done', finish: 'tool-calls', usage: expect.anything() },
    ]);
  });

  it('closes the connection when it is no longer wanted', async () => {
    await using fake = await startFakeOpenai({ replies: [{ kind: 'text', text: 'One two.', stallAfterEvents: 1 }] });
    const leaving = new AbortController();
    const reading = collect(await openModel(fake.baseUrl), whole, leaving.signal);
    await fake.arrived(1);
    leaving.abort(new PolyphonError('TEN2104', 'Turn: superseded.'));
    await expect(reading).rejects.toBe(leaving.signal.reason);
    await fake.idle();
    expect(fake.leftEarly).toBe(1);
  });
});

describe('an abort', () => {
  it('in mid-answer closes the connection and throws the reason', async () => {
    await using fake = await startFakeOpenai({
      replies: [{ kind: 'text', text: 'One two three.', stallAfterEvents: 2 }],
    });
    const model = await openModel(fake.baseUrl);
    const leaving = new AbortController();
    const reason = new PolyphonError('TEN2104', 'Turn: superseded.');
    const reading = collect(model, request, leaving.signal);
    await fake.arrived(1);
    leaving.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await fake.idle();
    expect(fake.leftEarly).toBe(1);
  });

  it('happens by itself when nobody reads on', async () => {
    await using fake = await startFakeOpenai({
      replies: [{ kind: 'text', text: 'One two three.', stallAfterEvents: 3 }],
    });
    for await (const event of (await openModel(fake.baseUrl)).stream(request, new AbortController().signal)) {
      if (event.type === 'text') break;
    }
    await fake.idle();
    expect(fake.leftEarly).toBe(1);
  });

  it('before the request sends none', async () => {
    await using fake = await startFakeOpenai();
    await expect(collect(await openModel(fake.baseUrl), request, AbortSignal.abort(new Error('gone')))).rejects.toThrow(
      'gone',
    );
    expect(fake.requests).toEqual([]);
  });
});
