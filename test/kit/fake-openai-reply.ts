/** What the fake service answers. Streams may be spoilt in the ways networks and services spoil them. */
export type FakeOpenaiReply =
  | ({
      readonly kind: 'text';
      readonly text: string;
      readonly finish?: 'stop' | 'length' | 'content_filter';
    } & FakeStreaming)
  | ({
      readonly kind: 'tool-calls';
      readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
      /** The arguments come in pieces of this many characters; 3 unless told. */
      readonly fragmentLength?: number;
      readonly text?: string;
    } & FakeStreaming)
  | ({ readonly kind: 'refusal'; readonly text: string } & FakeStreaming)
  /** One JSON event a line, as recorded. */
  | ({ readonly kind: 'recorded'; readonly lines: readonly string[] } & FakeStreaming)
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code?: string;
      readonly param?: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

export interface FakeStreaming {
  /** Writes of this many bytes, so that characters and events are split; one write an event unless told. */
  readonly bytesPerWrite?: number;
  /** Drops the connection after this many events. */
  readonly cutAfterEvents?: number;
  /** Ends the body properly after this many events, without a finish reason and without `[DONE]`. */
  readonly endAfterEvents?: number;
  /** Sends nothing more after this many events, and keeps the connection open until the client leaves. */
  readonly stallAfterEvents?: number;
}

/** The events of a streamed answer, each a JSON text, without `[DONE]`. */
export function eventsOf(
  reply: Exclude<FakeOpenaiReply, { kind: 'error' }>,
  completion: {
    readonly id: string;
    readonly model: string;
    readonly promptWords: number;
    readonly usage: 'wanted' | 'not-wanted';
  },
): readonly string[] {
  if (reply.kind === 'recorded') return reply.lines;
  const event = (delta: object, finish: string | null) =>
    JSON.stringify({
      id: completion.id,
      object: 'chat.completion.chunk',
      created: 1_790_000_000,
      model: completion.model,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(completion.usage === 'wanted' ? { usage: null } : {}),
    });
  const deltas = deltasOf(reply);
  const events = [
    event({ role: 'assistant', content: '', refusal: null }, null),
    ...deltas.map((delta) => event(delta, null)),
    event({}, reply.kind === 'tool-calls' ? 'tool_calls' : reply.kind === 'text' ? (reply.finish ?? 'stop') : 'stop'),
  ];
  if (completion.usage === 'wanted') {
    events.push(
      JSON.stringify({
        id: completion.id,
        object: 'chat.completion.chunk',
        created: 1_790_000_000,
        model: completion.model,
        choices: [],
        usage: {
          prompt_tokens: completion.promptWords,
          completion_tokens: deltas.length,
          total_tokens: completion.promptWords + deltas.length,
        },
      }),
    );
  }
  return events;
}

function deltasOf(reply: Extract<FakeOpenaiReply, { kind: 'text' | 'tool-calls' | 'refusal' }>): readonly object[] {
  switch (reply.kind) {
    case 'text':
      return words(reply.text).map((content) => ({ content }));
    case 'refusal':
      return words(reply.text).map((refusal) => ({ refusal }));
    case 'tool-calls': {
      const text = words(reply.text ?? '').map((content) => ({ content }));
      const calls = reply.calls.flatMap((call, index) => [
        { tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }] },
        ...fragments(call.arguments, reply.fragmentLength ?? 3).map((part) => ({
          tool_calls: [{ index, function: { arguments: part } }],
        })),
      ]);
      return [...text, ...calls];
    }
    default:
      return reply satisfies never;
  }
}

/** The answer to a request without `stream`. */
export function completionOf(
  reply: Exclude<FakeOpenaiReply, { kind: 'error' }>,
  completion: { readonly id: string; readonly model: string; readonly promptWords: number },
): object {
  const content = reply.kind === 'text' || reply.kind === 'tool-calls' ? (reply.text ?? '') : null;
  const written = words(content ?? '').length;
  return {
    id: completion.id,
    object: 'chat.completion',
    created: 1_790_000_000,
    model: completion.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content,
          refusal: reply.kind === 'refusal' ? reply.text : null,
          ...(reply.kind === 'tool-calls'
            ? {
                tool_calls: reply.calls.map(({ id, name, arguments: text }) => ({
                  id,
                  type: 'function',
                  function: { name, arguments: text },
                })),
              }
            : {}),
        },
        logprobs: null,
        finish_reason:
          reply.kind === 'tool-calls' ? 'tool_calls' : reply.kind === 'text' ? (reply.finish ?? 'stop') : 'stop',
      },
    ],
    usage: {
      prompt_tokens: completion.promptWords,
      completion_tokens: written,
      total_tokens: completion.promptWords + written,
    },
  };
}

function words(text: string): readonly string[] {
  return text.match(/\s*\S+\s*?/gu) ?? [];
}

function fragments(text: string, length: number): readonly string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length; start += length) parts.push(text.slice(start, start + length));
  return parts;
}
