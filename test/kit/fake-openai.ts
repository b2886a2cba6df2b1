import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { completionOf, eventsOf, type FakeOpenaiReply, type FakeStreaming } from './fake-openai-reply.ts';
import { type FakeOpenaiRefusal, refusalOf } from './fake-openai-request.ts';
import { jsonIn, listen, readBody, sendJson } from './listening-server.ts';
import { Waiters } from './waiters.ts';

export type { FakeOpenaiReply, FakeStreaming } from './fake-openai-reply.ts';

/** A service that speaks Chat Completions, on a real port, with its own log: the judge of what was asked. */
export interface FakeOpenai extends AsyncDisposable {
  /** For `with.baseUrl`. */
  readonly baseUrl: string;
  /** Every request that arrived, also those that were refused. */
  readonly requests: readonly FakeOpenaiRequest[];
  /** Answers that are being written now. */
  readonly openAnswers: number;
  /** How often a client left before its answer was whole. */
  readonly leftEarly: number;
  /** Answers to come, in order; then `otherwise` again. */
  reply(...replies: readonly (FakeOpenaiReply | FakeOpenaiAnswerer)[]): void;
  /** Resolves when `count` requests have arrived. */
  arrived(count: number): Promise<void>;
  /** Resolves when no answer is being written. */
  idle(): Promise<void>;
}

export type FakeOpenaiAnswerer = (request: FakeOpenaiRequest) => FakeOpenaiReply;

export interface FakeOpenaiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Why it was refused, if it was. */
  readonly refusal: FakeOpenaiRefusal | undefined;
}

export interface FakeOpenaiOptions {
  readonly replies?: readonly (FakeOpenaiReply | FakeOpenaiAnswerer)[];
  /** When no reply is left; a short text unless told. */
  readonly otherwise?: FakeOpenaiReply | FakeOpenaiAnswerer;
  /** The only key that is accepted; `sk-test` unless told. `none` accepts requests without one. */
  readonly apiKey?: string;
  /** The models it has; any unless told. */
  readonly models?: readonly string[];
}

export async function startFakeOpenai(options: FakeOpenaiOptions = {}): Promise<FakeOpenai> {
  const key = options.apiKey ?? 'sk-test';
  const queue = [...(options.replies ?? [])];
  const otherwise = options.otherwise ?? { kind: 'text', text: 'Hello from the fake service.' };
  const requests: FakeOpenaiRequest[] = [];
  const waiters = new Waiters();
  let openAnswers = 0;
  let leftEarly = 0;
  let completions = 0;

  const judge = (
    method: string,
    path: string,
    authorization: string | undefined,
    body: unknown,
  ): FakeOpenaiRefusal | undefined => {
    if (key !== 'none' && authorization !== `Bearer ${key}`)
      return { status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided: sk-wr***ng.' };
    if (method === 'GET' && path === '/v1/models') return undefined;
    if (method !== 'POST' || path !== '/v1/chat/completions')
      return { status: 404, code: 'unknown_url', message: `Unknown request URL: ${method} ${path}.` };
    const refusal = refusalOf(body);
    if (refusal !== undefined) return refusal;
    const { model } = body as { readonly model: string };
    if (options.models !== undefined && !options.models.includes(model))
      return {
        status: 404,
        code: 'model_not_found',
        message: `The model '${model}' does not exist or you do not have access to it.`,
      };
    return undefined;
  };

  const answer = async (request: FakeOpenaiRequest, response: ServerResponse): Promise<void> => {
    if (request.refusal !== undefined) return sendError(response, request.refusal, {});
    if (request.method === 'GET') {
      return sendJson(response, 200, {
        object: 'list',
        data: (options.models ?? ['fake']).map((id) => ({ id, object: 'model', created: 0, owned_by: 'fake' })),
      });
    }
    const next = queue.shift() ?? otherwise;
    const reply = typeof next === 'function' ? next(request) : next;
    if (reply.kind === 'error') {
      const { status, code = 'server_error', message = 'The server had an error.', param, headers = {} } = reply;
      return sendError(response, { status, code, message, ...(param === undefined ? {} : { param }) }, headers);
    }
    completions += 1;
    const body = request.body as {
      readonly model: string;
      readonly stream?: boolean;
      readonly stream_options?: { readonly include_usage?: boolean };
    };
    const completion = {
      // LangChain orders history by id: each completion has its own.
      id: `chatcmpl-fake-${completions}`,
      model: body.model,
      promptWords: JSON.stringify(body).split(/\s+/).length,
      usage: body.stream_options?.include_usage === true ? ('wanted' as const) : ('not-wanted' as const),
    };
    if (body.stream !== true) return sendWhole(response, JSON.stringify(completionOf(reply, completion)), reply);
    return stream(response, eventsOf(reply, completion), reply);
  };

  const server = await listen(async (incoming, response) => {
    openAnswers += 1;
    response.once('close', () => {
      openAnswers -= 1;
      if (!response.writableFinished) leftEarly += 1;
      waiters.wake();
    });
    const body = jsonIn(await readBody(incoming));
    const method = incoming.method ?? 'GET';
    const path = incoming.url ?? '/';
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const request = {
      method,
      path,
      headers,
      body,
      refusal: judge(method, path, incoming.headers.authorization, body),
    };
    requests.push(request);
    waiters.wake();
    await answer(request, response);
  });
  return {
    baseUrl: `${server.origin}/v1`,
    requests,
    get openAnswers() {
      return openAnswers;
    },
    get leftEarly() {
      return leftEarly;
    },
    reply: (...replies) => {
      queue.push(...replies);
    },
    arrived: (count) => waiters.until(() => requests.length >= count),
    idle: () => waiters.until(() => openAnswers === 0),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Spoilt as a stream would be: what breaks off or stalls does so in the middle. */
function sendWhole(response: ServerResponse, json: string, spoilt: FakeStreaming): void {
  const { cutAfterEvents, endAfterEvents, stallAfterEvents } = spoilt;
  response.writeHead(200, { 'content-type': 'application/json' });
  if ((cutAfterEvents ?? endAfterEvents ?? stallAfterEvents) === undefined) {
    response.end(json);
    return;
  }
  response.write(json.slice(0, json.length / 2), () => {
    if (cutAfterEvents !== undefined) response.destroy();
    else if (endAfterEvents !== undefined) response.end();
  });
}

async function stream(
  response: ServerResponse,
  events: readonly string[],
  reply: Exclude<FakeOpenaiReply, { kind: 'error' }>,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  const { cutAfterEvents, endAfterEvents, stallAfterEvents } = reply;
  const kept = events.slice(
    0,
    Math.min(cutAfterEvents ?? events.length, endAfterEvents ?? events.length, stallAfterEvents ?? events.length),
  );
  const isWhole = cutAfterEvents === undefined && endAfterEvents === undefined && stallAfterEvents === undefined;
  const wire = [...kept, ...(isWhole ? ['[DONE]'] : [])].map((event) => `data: ${event}\n\n`);
  for (const piece of pieces(wire, reply.bytesPerWrite)) {
    if (response.destroyed) return;
    if (!response.write(piece)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    // One write, one packet: else the kernel would join what must arrive in parts.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (stallAfterEvents !== undefined) return;
  if (cutAfterEvents !== undefined) response.destroy();
  else response.end();
}

function pieces(wire: readonly string[], bytesPerWrite: number | undefined): readonly Uint8Array[] {
  if (bytesPerWrite === undefined) return wire.map((event) => Buffer.from(event));
  const bytes = Buffer.from(wire.join(''));
  const parts: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += bytesPerWrite)
    parts.push(bytes.subarray(start, start + bytesPerWrite));
  return parts;
}

function sendError(
  response: ServerResponse,
  refusal: FakeOpenaiRefusal,
  headers: Readonly<Record<string, string>>,
): void {
  sendJson(
    response,
    refusal.status,
    {
      error: {
        message: refusal.message,
        type: refusal.status >= 500 ? 'server_error' : 'invalid_request_error',
        param: refusal.param ?? null,
        code: refusal.code,
      },
    },
    headers,
  );
}
