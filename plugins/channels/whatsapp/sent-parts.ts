import type { DeliveryStatus, SendResult } from 'polyphon/plugin';
import { type Fields, listOf, objectOf } from './loose-json.ts';
import type { NamedStatus } from './part-name.ts';
import { Recent } from './recent.ts';

/** Messages of several parts that are remembered: of which something is still to be sent, or may have arrived or not. */
const maxMessages = 1_000;

interface Progress {
  readonly count: number;
  /** Meta's ids by part, of its answers and of what it told later. */
  readonly taken: Map<number, string>;
  /** Meta's own id of the person, where it told one. */
  conversation: string | undefined;
  /** Parts of which the answer was lost. */
  readonly unsure: Set<number>;
  /** Every part has been tried: who sends the message again means what may not have arrived. */
  isThrough: boolean;
}

/** How far messages of several parts have come, so that nothing is sent twice that Meta has. */
export class SentParts {
  readonly #messages = new Recent<Progress>(maxMessages);
  /** What Meta tells of parts that another process may have sent. */
  readonly #told = new Recent<Map<number, string>>(maxMessages);

  /**
   * Call before each try of a message of so many parts.
   * @param progress What `progress` gave during an earlier try, perhaps in another process. Of a message that had another number of parts then, as
   * where the configuration is another, it says nothing.
   */
  begin(messageId: string, count: number, progress: string | undefined): void {
    const known = this.#messages.get(messageId) ?? this.#ofEarlier(messageId, count, progress);
    if (known.isThrough) {
      known.unsure.clear();
      known.isThrough = false;
    }
    this.#messages.set(messageId, known);
  }

  /** Whether this try has to leave it out. */
  isTried(messageId: string, part: number): boolean {
    const { taken, unsure } = this.#messages.get(messageId) ?? {};
    return taken?.has(part) === true || unsure?.has(part) === true;
  }

  /** Whether something may be lost, so that the last part does not stand for all. */
  isUnsure(messageId: string): boolean {
    return (this.#messages.get(messageId)?.unsure.size ?? 0) > 0;
  }

  tried(messageId: string, part: number, result: Exclude<SendResult, { status: 'rejected' }>): void {
    const progress = this.#messages.get(messageId);
    if (progress === undefined) return;
    if (result.status === 'delivered') {
      progress.taken.set(part, result.providerMessageId);
      progress.conversation = result.conversation ?? progress.conversation;
      // Meta may have told of it before it answered.
    } else if (!progress.taken.has(part)) progress.unsure.add(part);
  }

  /** What is known of the whole when all its parts have been tried. */
  end(messageId: string): SendResult {
    const progress = this.#messages.get(messageId);
    if (progress === undefined) return { status: 'uncertain' };
    const { taken, count, conversation } = progress;
    const providerMessageId = taken.get(count - 1);
    if (taken.size === count && providerMessageId !== undefined) {
      this.forget(messageId);
      return { status: 'delivered', providerMessageId, ...(conversation === undefined ? {} : { conversation }) };
    }
    progress.isThrough = true;
    return { status: 'uncertain' };
  }

  /** Of the last part that was in doubt Meta's word says that all are out. */
  heard({ index, ...status }: NamedStatus): DeliveryStatus {
    const { message, part, ...rest } = status;
    if (message === undefined) return status;
    // One that failed is a dead letter: sent again, the message goes out whole.
    if (part !== true || index === undefined || status.status === 'failed') {
      this.forget(message);
      return status;
    }
    const progress = this.#messages.get(message);
    if (progress === undefined) {
      const told = this.#told.get(message) ?? new Map<number, string>();
      this.#told.set(message, told.set(index, status.providerMessageId));
      return status;
    }
    if (!progress.taken.has(index)) progress.taken.set(index, status.providerMessageId);
    progress.unsure.delete(index);
    if (!progress.isThrough || progress.taken.size < progress.count) return status;
    this.forget(message);
    return { ...rest, message };
  }

  /** How far it has come, for `begin`. */
  progress(messageId: string): string {
    const { count = 0, taken = [], unsure = [], isThrough = false } = this.#messages.get(messageId) ?? {};
    return JSON.stringify({ count, taken: Object.fromEntries(taken), unsure: [...unsure], isThrough });
  }

  forget(messageId: string): void {
    this.#messages.delete(messageId);
    this.#told.delete(messageId);
  }

  /** What Meta has told since counts too, but of a message that goes out whole again: that is told of the send before. */
  #ofEarlier(messageId: string, count: number, progress: string | undefined): Progress {
    const nothing = { count, taken: new Map(), conversation: undefined, unsure: new Set<number>(), isThrough: false };
    const earlier = progress === undefined ? undefined : readProgress(progress, count);
    if (earlier === undefined) return nothing;
    const told = [...(this.#told.get(messageId) ?? [])].filter(([part]) => part < count);
    this.#told.delete(messageId);
    const taken = new Map([...told, ...earlier.taken]);
    const unsure = new Set(earlier.unsure.filter((part) => !taken.has(part)));
    return { ...nothing, taken, unsure, isThrough: earlier.isThrough };
  }
}

function readProgress(text: string, count: number) {
  const { count: then, taken, unsure, isThrough } = objectIn(text);
  if (then !== count) return undefined;
  const ids = Object.entries(objectOf(taken)).flatMap(([part, id]) =>
    typeof id === 'string' ? [[Number(part), id] as const] : [],
  );
  return {
    taken: ids,
    unsure: listOf(unsure).filter((part) => typeof part === 'number'),
    isThrough: isThrough === true,
  };
}

function objectIn(text: string): Fields {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return {};
  }
}
