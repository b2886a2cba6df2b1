import { AsyncLocalStorage } from 'node:async_hooks';
import type { ChatOpenAICompletions as Completions } from '@langchain/openai';
import type { ClientHttp } from 'polyphon/plugin';
import type { ChatMessage, ChatTool } from './messages.ts';
import type { OpenaiSettings } from './settings.ts';
import type { ToolCallFragment } from './tool-calls.ts';

/** One piece of an answer, whatever the server's dialect. */
export interface ChatPiece {
  readonly text: string;
  readonly toolCalls: readonly ToolCallFragment[];
  readonly refusal: 'yes' | 'no';
  readonly finish: string | undefined;
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | undefined;
}

export type ChatClient = (request: {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ChatTool[];
  readonly delivery: 'streamed' | 'whole';
  /** Ends with whoever asks: the client itself is given no signal, because it would join it with one of its own. */
  readonly fetch: ClientHttp['fetch'];
}) => Promise<AsyncIterable<ChatPiece> | Iterable<ChatPiece>>;

type Convert = Completions['_convertCompletionsDeltaToBaseMessageChunk'];
type ConvertWhole = Completions['_convertCompletionsMessageToBaseMessage'];
type Chunks = ReturnType<Completions['_streamResponseChunks']>;
type Messages = Parameters<Completions['_generate']>[0];

/** What is read of LangChain's message chunks. */
interface Chunk {
  readonly content: unknown;
  readonly additional_kwargs: Readonly<Record<string, unknown>>;
  readonly tool_call_chunks?: readonly ToolCallFragment[];
  readonly usage_metadata?: { readonly input_tokens?: number; readonly output_tokens?: number } | undefined;
}

/** A call as the service sends it. */
interface RawCall {
  readonly id?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

/**
 * LangChain's chat model for Chat Completions. Loading it takes about 200 ms and 30 MB: once, when the first bot uses it.
 *
 * Its chunks are read where they arise. `stream()` wraps callbacks and tracing around them, which nobody here listens to, and joins
 * each chunk to all before it: twice the processor time of the rest.
 */
export async function loadChatClient(settings: OpenaiSettings): Promise<ChatClient> {
  const { ChatOpenAICompletions } = await import('@langchain/openai');

  class ChatCompletions extends ChatOpenAICompletions {
    /** Some servers name no role in their first piece; LangChain would then drop its tool calls. It drops refusals always. */
    protected override _convertCompletionsDeltaToBaseMessageChunk(
      ...[delta, rawResponse, defaultRole]: Parameters<Convert>
    ): ReturnType<Convert> {
      const chunk = super._convertCompletionsDeltaToBaseMessageChunk(delta, rawResponse, defaultRole ?? 'assistant');
      if (typeof delta['refusal'] === 'string' && delta['refusal'] !== '') chunk.additional_kwargs['refusal'] = true;
      return chunk;
    }

    protected override _convertCompletionsMessageToBaseMessage(
      ...[message, rawResponse]: Parameters<ConvertWhole>
    ): ReturnType<ConvertWhole> {
      const whole = super._convertCompletionsMessageToBaseMessage({ ...message, role: 'assistant' }, rawResponse);
      if (typeof message.refusal === 'string' && message.refusal !== '') whole.additional_kwargs['refusal'] = true;
      return whole;
    }

    static messagesOf(messages: readonly ChatMessage[]): Messages {
      return ChatOpenAICompletions._convertInputToPromptValue([...messages]).toChatMessages();
    }
  }

  /** One client serves all requests, and each request has a `fetch` of its own. */
  const fetches = new AsyncLocalStorage<ClientHttp['fetch']>();
  const model = new ChatCompletions({
    model: settings.model,
    // The SDK wants some key and would else look into the environment; `headersFor` sends the tenant's or none.
    apiKey: settings.apiKey ?? 'none',
    ...(settings.temperature === undefined ? {} : { temperature: settings.temperature }),
    ...(settings.maxTokens === undefined ? {} : { maxTokens: settings.maxTokens }),
    streamUsage: settings.streamUsage === 'yes',
    maxRetries: 0,
    timeout: settings.timeoutMs,
    configuration: {
      baseURL: settings.baseUrl,
      organization: null,
      project: null,
      fetch: (input, init) => fetches.getStore()?.(input, init) ?? Promise.reject(new Error('no request is under way')),
      logLevel: 'off',
    },
  });

  return async ({ messages, tools, delivery, fetch }) => {
    const options = tools.length === 0 ? {} : { tools: [...tools] };
    if (delivery === 'whole') {
      const { generations } = await fetches.run(fetch, () =>
        model._generate(ChatCompletions.messagesOf(messages), options),
      );
      return generations.slice(0, 1).map(({ message, generationInfo }) => wholeOf(message, generationInfo));
    }
    const chunks = model._streamResponseChunks(ChatCompletions.messagesOf(messages), options);
    // The request goes out with the first chunk that is asked for.
    const first = await fetches.run(fetch, () => chunks.next());
    return pieces(first, chunks);
  };
}

async function* pieces(first: Awaited<ReturnType<Chunks['next']>>, rest: Chunks): AsyncGenerator<ChatPiece> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) {
      const { message, generationInfo } = next.value;
      yield pieceOf(message, generationInfo?.['finish_reason']);
    }
  } finally {
    await rest.return(undefined);
  }
}

function wholeOf(message: Chunk, info: Readonly<Record<string, unknown>> | undefined): ChatPiece {
  const calls = message.additional_kwargs['tool_calls'];
  const fragments = (Array.isArray(calls) ? calls : []).map((call: RawCall, index) => ({
    index,
    id: call.id,
    name: call.function?.name,
    args: call.function?.arguments,
  }));
  return pieceOf({ ...message, tool_call_chunks: fragments }, info?.['finish_reason']);
}

function pieceOf(chunk: Chunk, finish: unknown): ChatPiece {
  const { content, tool_call_chunks: toolCalls, additional_kwargs: more, usage_metadata: usage } = chunk;
  return {
    text: typeof content === 'string' ? content : '',
    toolCalls: toolCalls ?? [],
    refusal: more['refusal'] === true ? 'yes' : 'no',
    finish: typeof finish === 'string' ? finish : undefined,
    usage:
      usage === undefined
        ? undefined
        : { inputTokens: usage.input_tokens ?? 0, outputTokens: usage.output_tokens ?? 0 },
  };
}
