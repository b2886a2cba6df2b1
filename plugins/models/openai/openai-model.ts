import type { Http, Model, ModelEvent } from 'polyphon/plugin';
import { Answer } from './answer.ts';
import type { ChatClient } from './chat-client.ts';
import { brokenOff, isContentRefusal, modelError, polyphonErrorIn } from './errors.ts';
import { encodeMessages, encodeTools } from './messages.ts';
import { headersFor, type OpenaiSettings } from './settings.ts';

/** More than any answer of a model; a server that sends without end is cut off here. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Far below what services take (OpenAI: 50 MB, 500 pictures): base64 and JSON of 4 MB hold up the process for 30 ms, of 8 MB for 70. A
 * photo of a messenger has 0.2 MB, and WhatsApp's largest 5.
 */
const imageLimits = { most: 4, maxBytes: 5 * 1024 * 1024 };

export function createOpenaiModel(options: {
  readonly settings: OpenaiSettings;
  readonly client: ChatClient;
  readonly http: Http;
}): Model {
  const { settings, client, http } = options;
  const id = `openai:${settings.model}`;
  const where = `Model ${id} at ${settings.host}`;
  const headers = headersFor(settings);
  return {
    id,
    capabilities: { tools: 'native', ...(settings.images === 'shown' ? { images: imageLimits } : {}) },
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      signal.throwIfAborted();
      const answer = new Answer();
      const wire = http.forClient({ headers, timeoutMs: settings.timeoutMs, maxBytes, signal });
      // The client hides some causes.
      const failed = (error: unknown) =>
        modelError(polyphonErrorIn(wire.failure?.cause) ?? error, {
          where,
          began: answer.began,
          retryAfterMs: wire.failure?.retryAfterMs,
        });
      try {
        const pieces = await client({
          messages: encodeMessages(request.system, request.messages),
          tools: encodeTools(request.tools),
          delivery: request.delivery ?? 'streamed',
          fetch: async (input, init) => {
            const response = await wire.fetch(input, init);
            if (response.ok) answer.begin();
            return response;
          },
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
      if (!answer.isFinished) throw wire.failure?.cause === undefined ? brokenOff(where) : failed(wire.failure.cause);
      yield* answer.end(request.tools, where);
    },
  };
}
