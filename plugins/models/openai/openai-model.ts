import type { Clock, Http, Model, ModelEvent, ModelUsage } from 'polyphon/plugin';
import type { ChatClient } from './chat-client.ts';
import { brokenOff, isContentRefusal, modelError } from './errors.ts';
import { adaptFetch } from './fetch-adapter.ts';
import { encodeMessages, encodeTools } from './messages.ts';
import type { OpenaiSettings } from './settings.ts';
import { ToolCallAssembly } from './tool-calls.ts';

export function createOpenaiModel(options: {
  readonly settings: OpenaiSettings;
  readonly client: ChatClient;
  readonly http: Http;
  readonly clock: Clock;
}): Model {
  const { settings, client, http, clock } = options;
  const id = `openai:${settings.model}`;
  const where = `Model ${id} at ${settings.host}`;
  return {
    id,
    capabilities: { tools: 'native' },
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      signal.throwIfAborted();
      let transportFailure: unknown;
      let began: 'yes' | 'no' = 'no';
      let usage: ModelUsage = { inputTokens: 0, outputTokens: 0 };
      let finish: string | undefined;
      let refused = false;
      const calls = new ToolCallAssembly();
      try {
        const fetch = adaptFetch(http, settings, {
          signal,
          onFailure: (error) => {
            transportFailure = error;
          },
        });
        const pieces = await client({
          messages: encodeMessages(request.system, request.messages),
          tools: encodeTools(request.tools),
          fetch,
          signal,
        });
        for await (const piece of pieces) {
          signal.throwIfAborted();
          began = 'yes';
          finish = piece.finish ?? finish;
          usage = piece.usage ?? usage;
          if (piece.refusal === 'yes') refused = true;
          for (const fragment of piece.toolCalls) calls.add(fragment);
          if (piece.text !== '') yield { type: 'text', text: piece.text };
        }
      } catch (error) {
        signal.throwIfAborted();
        if (isContentRefusal(error)) {
          yield { type: 'done', finish: 'refused', usage };
          return;
        }
        throw modelError(transportFailure ?? error, { where, began, nowMs: clock.now() });
      }
      signal.throwIfAborted();
      // The client takes a connection that closes in mid-answer for the end of the answer.
      if (transportFailure !== undefined)
        throw modelError(transportFailure, { where, began: 'yes', nowMs: clock.now() });
      if (finish === undefined) throw brokenOff(where);
      if (refused || finish === 'content_filter') {
        yield { type: 'done', finish: 'refused', usage };
        return;
      }
      if (finish === 'length') {
        yield { type: 'done', finish: 'length', usage };
        return;
      }
      // Servers end an answer with calls as `tool_calls`, `function_call` or plainly as `stop`.
      for (const call of calls.complete(request.tools, where)) yield { type: 'tool-call', call };
      yield { type: 'done', finish: calls.size > 0 ? 'tool-calls' : 'stop', usage };
    },
  };
}
