import type { Delivery, InboundMessage } from '../../core/contract/index.ts';

/** What the channel made of one request. */
export interface Taken {
  readonly status: number;
  readonly kind: Delivery['kind'] | 'threw';
  readonly messages: readonly InboundMessage[];
  /** How many statuses and moves of conversations it told. */
  readonly news: number;
  /** The body of the answer and why it was refused, or the message of what was thrown. */
  readonly words: string;
  /** What was thrown. */
  readonly cause?: unknown;
}

/** What the channel made of them, for whoever has to find out why. */
export function answersOf(taken: readonly Taken[]): string {
  const answers = taken.map(({ kind, status, messages, words }) =>
    kind === 'threw' ? `threw “${words}”` : `answered ${status} with ${messages.length} messages`,
  );
  return answers.length === 0 ? 'was told nothing by the fixtures' : answers.join(', then ');
}

export function causeIn(taken: readonly Taken[]): unknown {
  return taken.find(({ cause }) => cause !== undefined)?.cause;
}

export function isAcknowledged({ status }: Taken): boolean {
  return status >= 200 && status < 300;
}

export function messagesOf(taken: readonly Taken[]): readonly InboundMessage[] {
  return taken.flatMap(({ messages }) => messages);
}
