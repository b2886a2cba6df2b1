import type { ModelEvent, ModelUsage, ToolDescription } from 'polyphon/plugin';
import type { ChatPiece } from './chat-client.ts';
import { ToolCallAssembly } from './tool-calls.ts';

/** What is known of an answer while it streams. */
export class Answer {
  readonly #calls = new ToolCallAssembly();
  #usage: ModelUsage = { inputTokens: 0, outputTokens: 0 };
  #finish: string | undefined;
  #refused: 'yes' | 'no' = 'no';
  #began: 'yes' | 'no' = 'no';

  get began(): 'yes' | 'no' {
    return this.#began;
  }
  /** The service said why it stopped; without that the answer broke off. */
  get isFinished(): boolean {
    return this.#finish !== undefined;
  }

  /** The service has accepted the request. */
  begin(): void {
    this.#began = 'yes';
  }

  add(piece: ChatPiece): void {
    this.#finish = piece.finish ?? this.#finish;
    this.#usage = piece.usage ?? this.#usage;
    if (piece.refusal === 'yes') this.#refused = 'yes';
    for (const fragment of piece.toolCalls) this.#calls.add(fragment);
  }

  refuse(): ModelEvent {
    return { type: 'done', finish: 'refused', usage: this.#usage };
  }

  /** @throws PolyphonError MDL5009. */
  *end(tools: readonly ToolDescription[], where: string): Generator<ModelEvent> {
    const usage = this.#usage;
    if (this.#refused === 'yes' || this.#finish === 'content_filter') {
      yield this.refuse();
    } else if (this.#finish === 'length') {
      // A call that was cut off with it is not run.
      yield { type: 'done', finish: 'length', usage };
    } else {
      // Servers end an answer with calls as `tool_calls`, `function_call` or plainly as `stop`.
      for (const call of this.#calls.complete(tools, where)) yield { type: 'tool-call', call };
      yield { type: 'done', finish: this.#calls.size > 0 ? 'tool-calls' : 'stop', usage };
    }
  }
}
