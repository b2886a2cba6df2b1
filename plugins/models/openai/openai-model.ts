import type { Clock, Http, Model, ModelEvent } from 'polyphon/plugin';
import { Answer } from './answer.ts';
import type { ChatClient } from './chat-client.ts';
import { brokenOff, isContentRefusal, modelError, polyphonErrorIn } from './errors.ts';
import { adaptFetch } from './fetch-adapter.ts';
import { encodeMessages, encodeTools } from './messages.ts';
import type { OpenaiSettings } from './settings.ts';

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
      const answer = new Answer();
      let hidden: unknown;
      const fetch = adaptFetch(http, settings, {
        signal,
        onFailure: (error) => {
          hidden = error;
        },
      });
      const failed = (error: unknown) =>
        modelError(polyphonErrorIn(hidden) ?? error, { where, began: answer.began, nowMs: clock.now() });
      try {
        const pieces = await client({
          messages: encodeMessages(request.system, request.messages),
          tools: encodeTools(request.tools),
          fetch,
          signal,
        });
        for await (const piece of pieces) {
          signal.throwIfAborted();
          answer.add(piece);
          if (piece.text !== '') yield { type: 'text', text: piece.text };
        }
      } catch (error) {
        signal.throwIfAborted();
        if (!isContentRefusal(error)) throw failed(error);
        yield answer.refuse();
        return;
      }
      signal.throwIfAborted();
      // The client takes a connection that closes in mid-answer for the end of the answer.
      if (!answer.isFinished) throw hidden === undefined ? brokenOff(where) : failed(hidden);
      yield* answer.end(request.tools, where);
    },
  };
}
