import type { DeliveryStatus, SendResult } from 'polyphon/plugin';
import { type Fields, listOf, objectOf } from './loose-json.ts';
import { Recent } from './recent.ts';

/** Messages of several parts that are remembered: of which something is still to be sent, or may have arrived or not. */
const maxMessages = 1_000;

interface Progress {
  /** Meta's ids by part. */
  readonly taken: Map<number, string>;
  /** Meta's own id of the person, where it told one. */
  conversation: string | undefined;
  /** Parts of which the answer was lost. */
  readonly unsure: Set<number>;
  /** Meta's ids in what it told of parts. */
  readonly told: Set<string>;
  /** Every part has been tried: who sends the message again means what may not have arrived. */
  isThrough: boolean;
}

/** How far messages of several parts have come, so that nothing is sent twice that Meta has. */
export class SentParts {
  readonly #messages = new Recent<Progress>(maxMessages);

  /**
   * Call before each try of a message of so many parts.
   * @param progress What `progress` gave during an earlier try, perhaps in another process. Of a message that had another number of parts then, as
   * where the configuration is another, it says nothing.
   */
  begin(messageId: string, count: number, progress: string | undefined): void {
    if (this.#messages.get(messageId) === undefined && progress !== undefined) {
      const earlier = readProgress(progress, count);
      if (earlier !== undefined) this.#messages.set(messageId, earlier);
    }
    const known = this.#messages.get(messageId);
    if (known?.isThrough === true) {
      known.unsure.clear();
      known.isThrough = false;
    }
    if (known === undefined) {
      this.#messages.set(messageId, nothingYet());
    }
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
    if (result.status === 'uncertain') progress.unsure.add(part);
    else {
      progress.taken.set(part, result.providerMessageId);
      progress.conversation = result.conversation ?? progress.conversation;
    }
  }

  /** What is known of the whole when all its parts have been tried. */
  end(messageId: string): SendResult {
    const progress = this.#messages.get(messageId);
    if (progress === undefined) return { status: 'uncertain' };
    const known = [...progress.taken].sort(([a], [b]) => a - b).map(([, id]) => id);
    const providerMessageId = known.at(-1) ?? [...progress.told].at(-1);
    if (isWhole(progress) && providerMessageId !== undefined) {
      this.forget(messageId);
      const { conversation } = progress;
      return { status: 'delivered', providerMessageId, ...(conversation === undefined ? {} : { conversation }) };
    }
    progress.isThrough = true;
    return { status: 'uncertain' };
  }

  /** Of the last part that was in doubt Meta's word says that all are out. */
  heard(status: DeliveryStatus): DeliveryStatus {
    const { message, part, ...rest } = status;
    const progress = message === undefined ? undefined : this.#messages.get(message);
    if (message === undefined || progress === undefined) return status;
    // One that failed is a dead letter: sent again, the message goes out whole.
    if (part !== true || status.status === 'failed') {
      this.forget(message);
      return status;
    }
    progress.told.add(status.providerMessageId);
    if (!progress.isThrough || !isWhole(progress)) return status;
    this.forget(message);
    return { ...rest, message };
  }

  /** How far it has come. */
  progress(messageId: string, count: number): string {
    const { taken, unsure, isThrough } = this.#messages.get(messageId) ?? nothingYet();
    return JSON.stringify({ count, taken: Object.fromEntries(taken), unsure: [...unsure], isThrough });
  }

  forget(messageId: string): void {
    this.#messages.delete(messageId);
  }
}

function nothingYet(): Progress {
  return { taken: new Map(), conversation: undefined, unsure: new Set(), told: new Set(), isThrough: false };
}

/** An id that is no answer's is that of a part whose answer was lost. */
function isWhole({ taken, unsure, told }: Progress): boolean {
  const answered = new Set(taken.values());
  return [...told].filter((id) => !answered.has(id)).length >= unsure.size;
}

function readProgress(text: string, count: number): Progress | undefined {
  const { count: then, taken, unsure, isThrough } = objectIn(text);
  if (then !== count) return undefined;
  const ids = Object.entries(objectOf(taken)).flatMap(([part, id]) =>
    typeof id === 'string' ? [[Number(part), id] as const] : [],
  );
  return {
    ...nothingYet(),
    taken: new Map(ids),
    unsure: new Set(listOf(unsure).filter((part) => typeof part === 'number')),
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
