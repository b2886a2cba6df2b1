import type { KeepProgress, Logger, OutboundMessage, SendResult } from 'polyphon/plugin';
import { type Address, addressOf, messageKey, parseMessageKey, topicOf } from './address.ts';
import type { BotApi } from './api.ts';
import { attachmentsInWords, encode, encodeEdit } from './encode.ts';
import { explain, type Failure, failureOf, refusedPart, type TelegramCode } from './failure.ts';
import { fieldsOf, integerOf } from './fields.ts';
import { keyboardOf } from './keyboard.ts';
import type { MovedChats } from './moved-chats.ts';
import { after, callsLeft, nothingYet, readProgress } from './progress.ts';
import { type Step, textPayload } from './step.ts';

/** Sends what the outbox hands over. It never tries again by itself, except in another form or under another number of the same chat. */
export class Sender {
  readonly #api: BotApi;
  readonly #log: Logger;
  readonly #moved: MovedChats;

  constructor(api: BotApi, moved: MovedChats, log: Logger) {
    this.#api = api;
    this.#moved = moved;
    this.#log = log;
  }

  /** What may have arrived is not repeated, and no reason to keep back the rest. */
  async send(message: OutboundMessage, signal: AbortSignal, keep?: KeepProgress): Promise<SendResult> {
    const address = addressOf(message.conversation);
    if (address === undefined) return rejected('TGM3204', 'this is no chat of Telegram');
    const steps = encode(message);
    if (steps.length === 0) return rejected('TGM3210', 'the message has nothing that Telegram can show');
    const earlier = readProgress(message.progress, steps.length);
    if (earlier === undefined) this.#tellOfWords(message);
    let progress = earlier ?? nothingYet(steps.length);
    for (const index of callsLeft(progress)) {
      const step = steps[index];
      if (step === undefined) continue;
      const result = await this.#attempt(step, address, quotedBy(message, address), signal);
      if (result.status === 'rejected') return result;
      progress = after(progress, index, result.status === 'delivered' ? result.providerMessageId : undefined);
      const isOut = progress.next === steps.length && progress.unsure.length === 0;
      if (isOut || steps.length === 1) continue;
      if ((await keep?.(JSON.stringify(progress))) === false) return { status: 'rejected', reason: 'opted-out' };
    }
    const { unsure, providerMessageId } = progress;
    return unsure.length > 0 ? { status: 'uncertain' } : { status: 'delivered', providerMessageId };
  }

  /** The address of a file may open it: of that the host alone is written down. */
  #tellOfWords(message: OutboundMessage): void {
    for (const { kind, url = '' } of attachmentsInWords(message)) {
      const host = URL.canParse(url) ? new URL(url).host : '';
      this.#log.warn('Telegram cannot fetch a file; its name and address are sent as words', { kind, host });
    }
  }

  async edit(providerMessageId: string, message: OutboundMessage, signal: AbortSignal): Promise<SendResult> {
    const sent = parseMessageKey(providerMessageId);
    const formatted = encodeEdit(message);
    if (sent === undefined || formatted === undefined)
      return rejected('TGM3210', 'there is no message or no text to put into it');
    const keyboard = keyboardOf(message);
    try {
      await this.#api.call(
        'editMessageText',
        {
          chat_id: this.#moved.now(sent.chatId),
          message_id: sent.messageId,
          ...textPayload(formatted),
          ...(keyboard === undefined ? {} : { reply_markup: keyboard }),
        },
        { signal },
      );
    } catch (error) {
      const failure = failureOf(error);
      const isSame = failure.kind === 'refused' && failure.description.includes('message is not modified');
      if (!isSame) return this.#resultOf(failure, 'editMessageText');
    }
    return { status: 'delivered', providerMessageId };
  }

  async typing(conversation: string, signal: AbortSignal): Promise<void> {
    const address = addressOf(conversation);
    // A channel's direct messages have no such sign.
    if (address === undefined || address.directTopicId !== undefined) return;
    await this.#api.call(
      'sendChatAction',
      {
        chat_id: this.#moved.now(address.chatId),
        action: 'typing',
        ...topicOf(address),
      },
      { signal },
    );
  }

  async #attempt(step: Step, address: Address, quoted: number | undefined, signal: AbortSignal): Promise<SendResult> {
    if (signal.aborted) return rejected('TGM3207', 'the process is stopping', 1000);
    const chatId = this.#moved.now(address.chatId);
    // In a supergroup that was a group, messages are counted anew: none of the old numbers is quoted.
    const payload = {
      chat_id: chatId,
      ...topicOf(address),
      ...step.payload,
      ...(quoted === undefined || chatId !== address.chatId
        ? {}
        : { reply_parameters: { message_id: quoted, allow_sending_without_reply: true } }),
    };
    try {
      const sent = fieldsOf(await this.#api.callUntyped(step.method, payload, { signal }));
      const messageId = integerOf(sent?.['message_id']);
      return messageId === undefined
        ? { status: 'uncertain' }
        : { status: 'delivered', providerMessageId: messageKey(chatId, messageId) };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'refused') {
        if (failure.migratedTo !== undefined && chatId === address.chatId && chatId !== failure.migratedTo) {
          this.#moved.learn(address.chatId, failure.migratedTo);
          return this.#attempt(step, address, quoted, signal);
        }
        const part = refusedPart(failure);
        const instead = part === undefined ? undefined : step.instead?.(part);
        if (instead !== undefined) {
          this.#log.warn('Telegram did not take the form of a message; it is sent with less of it', {
            method: step.method,
            said: failure.description,
          });
          return this.#attempt(instead, address, quoted, signal);
        }
      }
      return this.#resultOf(failure, step.method);
    }
  }

  #resultOf(failure: Failure, method: string): SendResult {
    // A gateway that waited in vain had passed the request on.
    if (failure.kind === 'unknown' || (failure.kind === 'refused' && failure.status === 504))
      return { status: 'uncertain' };
    const { code, words, retryAfterMs } = explain(failure);
    if (failure.kind === 'refused' && retryAfterMs === undefined)
      this.#log.warn('Telegram refused a message', { code, method, status: failure.status, said: failure.description });
    return rejected(code, words, retryAfterMs);
  }
}

/** In a group, where several people talk, an answer refers to what it answers. */
function quotedBy({ answers }: OutboundMessage, { chatId }: Address): number | undefined {
  const asked = answers === undefined || chatId >= 0 ? undefined : parseMessageKey(answers);
  return asked?.chatId === chatId ? asked.messageId : undefined;
}

function rejected(code: TelegramCode, words: string, retryAfterMs?: number): SendResult {
  return { status: 'rejected', reason: `${code} ${words}`, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
