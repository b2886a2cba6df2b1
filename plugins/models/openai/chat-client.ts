import type { ChatOpenAICompletions as Completions } from '@langchain/openai';
import type { Fetch } from './fetch-adapter.ts';
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
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}) => Promise<AsyncIterable<ChatPiece>>;

type Convert = Completions['_convertCompletionsDeltaToBaseMessageChunk'];

/** What is read of LangChain's message chunks. */
interface Chunk {
  readonly content: unknown;
  readonly additional_kwargs: Readonly<Record<string, unknown>>;
  readonly response_metadata: object;
  readonly tool_call_chunks?: readonly ToolCallFragment[];
  readonly usage_metadata?: { readonly input_tokens?: number; readonly output_tokens?: number } | undefined;
}

/** LangChain's chat model for Chat Completions. Loading it takes about 200 ms and 30 MB: once, when the first bot uses it. */
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
  }

  return async ({ messages, tools, fetch, signal }) => {
    const model = new ChatCompletions({
      model: settings.model,
      // The SDK wants some key and would else look into the environment; the adapter sends the tenant's or none.
      apiKey: settings.apiKey ?? 'none',
      ...(settings.temperature === undefined ? {} : { temperature: settings.temperature }),
      ...(settings.maxTokens === undefined ? {} : { maxTokens: settings.maxTokens }),
      streamUsage: settings.streamUsage === 'yes',
      maxRetries: 0,
      timeout: settings.timeoutMs,
      configuration: { baseURL: settings.baseUrl, organization: null, project: null, fetch, logLevel: 'off' },
    });
    const stream = await model.stream([...messages], { signal, ...(tools.length === 0 ? {} : { tools: [...tools] }) });
    return pieces(stream);
  };
}

async function* pieces(stream: AsyncIterable<Chunk>): AsyncGenerator<ChatPiece> {
  for await (const chunk of stream) {
    const finish = 'finish_reason' in chunk.response_metadata ? chunk.response_metadata.finish_reason : undefined;
    yield {
      text: typeof chunk.content === 'string' ? chunk.content : '',
      toolCalls: chunk.tool_call_chunks ?? [],
      refusal: chunk.additional_kwargs['refusal'] === true ? 'yes' : 'no',
      finish: typeof finish === 'string' ? finish : undefined,
      usage:
        chunk.usage_metadata === undefined
          ? undefined
          : {
              inputTokens: chunk.usage_metadata.input_tokens ?? 0,
              outputTokens: chunk.usage_metadata.output_tokens ?? 0,
            },
    };
  }
}
