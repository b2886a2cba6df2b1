import {
  type Clock,
  type Logger,
  type Model,
  type ModelMessage,
  type ModelPrice,
  type ModelRequest,
  type ModelUsage,
  type Money,
  PolyphonError,
  type ToolCall,
} from '../../contract/index.ts';
import type { BotRuntime } from '../bot-runtime.ts';
import { within } from '../within.ts';
import { MarkFilter } from './mark-filter.ts';
import { streamOnce } from './model-stream.ts';
import type { ToolBox } from './tool-box.ts';
import type { TraceRecorder } from './trace-recorder.ts';
import { failureOf, tooLate } from './turn-failure.ts';
import type { TurnPictures } from './turn-pictures.ts';

export interface AnswerTurn {
  readonly runtime: BotRuntime;
  readonly request: ModelRequest;
  readonly tools: ToolBox;
  readonly pictures: TurnPictures;
  readonly clock: Clock;
  readonly log: Logger;
  readonly trace: TraceRecorder;
  /** Aborts when the turn has taken too long. */
  readonly total: AbortSignal;
  /** Aborts when the answer is no longer wanted. */
  readonly signal: AbortSignal;
  /** Text that may be shown, as it comes. */
  onText(text: string): void;
  onToolCall(name: string, ok: 'yes' | 'no'): void;
}

export interface Answer {
  /** What was shown. */
  readonly text: string;
  /** Numbers of the passages that were cited. */
  readonly cited: readonly number[];
  /** What was said of each of them. */
  readonly statements: ReadonlyMap<number, readonly string[]>;
  /** The model said that the passages do not answer. */
  readonly unknown: boolean;
  readonly usage: ModelUsage;
  readonly model: string | undefined;
  /** The last model that told what it took, which may have given no answer. */
  readonly charged: string | undefined;
  /** What all models of the turn cost; undefined where none has a price. */
  readonly cost: Money | undefined;
  readonly firstTokenMs: number | undefined;
  /** Why there is no answer, or only the beginning of one. */
  readonly failure: PolyphonError | undefined;
}

/**
 * The configured model's answer, or a fallback's: the next model is asked only while nothing has been shown.
 * @throws the reason of the signal.
 */
export async function answerOf(turn: AnswerTurn): Promise<Answer> {
  return new Asking(turn).run();
}

class Asking {
  readonly #turn: AnswerTurn;
  readonly #usage = { inputTokens: 0, outputTokens: 0 };
  #messages: readonly ModelMessage[];
  #toolCalls = 0;
  #marks: MarkFilter;
  #text = '';
  #unknown = false;
  #model: string | undefined;
  #charged: string | undefined;
  #cost: Money | undefined;
  #firstTokenMs: number | undefined;

  constructor(turn: AnswerTurn) {
    this.#turn = turn;
    this.#messages = turn.request.messages;
    this.#marks = marksOf(turn);
  }

  async run(): Promise<Answer> {
    const { signal, total, trace, log, runtime } = this.#turn;
    const models = runtime.models()[Symbol.asyncIterator]();
    let failure: PolyphonError | undefined;
    // A model that cannot be opened throws from `next`; the one after it may open.
    for (let tries = 0; tries <= runtime.bot.llm.fallback.length && this.#text === '' && !total.aborted; tries += 1) {
      const startMs = trace.begin();
      let model: Model | undefined;
      try {
        const next = await trace.wait(within(models.next(), [signal, runtime.signal, total]));
        if (next.done === true) break;
        model = next.value;
        await this.#ask(model, (tries === 0 ? runtime.bot.llm : runtime.bot.llm.fallback[tries - 1])?.price);
        trace.end('model', startMs, model.id);
        return this.#answer(undefined);
      } catch (error) {
        signal.throwIfAborted();
        runtime.signal.throwIfAborted();
        failure = failureOf(error, `Model ${model?.id ?? 'that could not be opened'}`);
        trace.end('model', startMs, `${model?.id ?? 'none'} ${failure.code}`);
        log.warn('a model gave no answer', { model: model?.id, code: failure.code, error });
        if (this.#text === '') this.#marks = marksOf(this.#turn);
      }
    }
    return this.#answer(failure ?? tooLate('No model was asked'));
  }

  /** A picture that a model refuses costs nobody the answer. */
  async #ask(model: Model, price: ModelPrice | undefined): Promise<void> {
    const { pictures, log } = this.#turn;
    try {
      await this.#rounds(model, price);
    } catch (error) {
      if (this.#text !== '' || !pictures.withdrawFor(error)) throw error;
      log.warn('a model refused the pictures and is asked without them', { model: model.id, error });
      await this.#rounds(model, price);
    }
  }

  /** Round after round until the model has no more calls. */
  async #rounds(model: Model, price: ModelPrice | undefined): Promise<void> {
    const most = this.#turn.runtime.bot.limits.toolCallsPerTurn;
    for (;;) {
      const mayCall = model.capabilities.tools === 'native' && this.#toolCalls < most;
      const before = this.#text.length;
      const calls = await this.#round(model, price, mayCall);
      this.#model = model.id;
      if (calls.length === 0) return;
      if (!mayCall)
        throw new PolyphonError(
          'CNV5005',
          `Model ${model.id}: it calls functions where none are offered. Use another model.`,
        );
      const said: ModelMessage = { role: 'bot', text: this.#text.slice(before), toolCalls: calls };
      const results: ModelMessage[] = [];
      for (const call of calls) results.push(await this.#call(call));
      this.#messages = [...this.#messages, said, ...results];
    }
  }

  async #round(model: Model, price: ModelPrice | undefined, mayCall: boolean): Promise<readonly ToolCall[]> {
    const { request, tools, pictures, clock, trace, signal, total, runtime } = this.#turn;
    const offered = mayCall ? tools.descriptions : [];
    const asked = await pictures.shownTo(model, { ...request, messages: this.#messages, tools: offered });
    const calls: ToolCall[] = [];
    const events = streamOnce(model, asked, {
      clock,
      total,
      signal,
      firstTokenMs: request.delivery === 'whole' ? undefined : runtime.bot.llm.deadline.firstTokenMs,
      wait: (work) => trace.wait(work),
    });
    for await (const event of events) {
      switch (event.type) {
        case 'text':
          this.#show(this.#marks.push(event.text));
          break;
        case 'tool-call':
          calls.push(event.call);
          break;
        case 'done':
          this.#count(model.id, event.usage, price);
          this.#show(this.#marks.end());
          if (calls.length > 0 && event.finish === 'tool-calls') return calls;
          if (event.finish === 'refused' && this.#text === '') this.#show([{ kind: 'unknown' }]);
          if (this.#text.trim() === '')
            throw new PolyphonError('CNV5005', `Model ${model.id}: the answer is empty. Ask again.`);
          return [];
        default:
          return event satisfies never;
      }
    }
    throw new PolyphonError('CNV5005', `Model ${model.id}: the answer broke off before its end. Ask again.`);
  }

  #count(model: string, usage: ModelUsage, price: ModelPrice | undefined): void {
    this.#usage.inputTokens += usage.inputTokens;
    this.#usage.outputTokens += usage.outputTokens;
    this.#charged = model;
    if (price === undefined) return;
    const amount = (usage.inputTokens * price.input + usage.outputTokens * price.output) / 1e6;
    this.#cost = { amount: Math.round(((this.#cost?.amount ?? 0) + amount) * 1e9) / 1e9, currency: price.currency };
  }

  async #call(call: ToolCall): Promise<ModelMessage> {
    const { tools, trace, signal, total, runtime, onToolCall } = this.#turn;
    this.#toolCalls += 1;
    if (this.#toolCalls > runtime.bot.limits.toolCallsPerTurn) {
      return {
        role: 'tool',
        callId: call.id,
        name: call.name,
        result: 'Too many calls in one turn. Answer with what you have.',
      };
    }
    const startMs = trace.begin();
    const { ok, result } = await trace.wait(within(tools.call(call, signal), [signal, runtime.signal, total]));
    trace.end('tool', startMs, call.name);
    onToolCall(call.name, ok);
    return { role: 'tool', callId: call.id, name: call.name, result };
  }

  #show(parts: ReturnType<MarkFilter['push']>): void {
    for (const part of parts) {
      // Where nothing was said before it, the bot's own words stand for all that follows.
      if (this.#unknown && this.#text === this.#turn.request.texts.unknown) return;
      if (part.kind === 'text') this.#add(part.text);
      else if (!this.#unknown) {
        this.#unknown = true;
        const gap = this.#text === '' || /\s$/.test(this.#text) ? '' : ' ';
        this.#add(gap + this.#turn.request.texts.unknown);
      }
    }
  }

  #add(text: string): void {
    if (text === '') return;
    this.#firstTokenMs ??= this.#turn.trace.totalMs;
    this.#text += text;
    this.#turn.onText(text);
  }

  #answer(failure: PolyphonError | undefined): Answer {
    return {
      text: this.#text,
      cited: this.#marks.cited,
      statements: this.#marks.statements,
      // A part that is answered with its source is no miss.
      unknown: this.#unknown && this.#marks.cited.length === 0,
      usage: this.#usage,
      model: this.#model,
      charged: this.#charged,
      cost: this.#cost,
      firstTokenMs: this.#firstTokenMs,
      failure,
    };
  }
}

function marksOf({ runtime: { bot }, request }: AnswerTurn): MarkFilter {
  return new MarkFilter(Object.keys(bot.knowledge).length === 0 ? undefined : request.passages.length);
}
