import { type Api, ApiError } from './api.ts';
import type { ChatRecord } from './chat-state.ts';
import { backoffMs, type ConnectionPorts } from './connection.ts';
import { type Entry, withMessage } from './transcript.ts';
import type { OpenedSession, Outgoing } from './wire.ts';

export interface SendQueueOptions {
  readonly record: ChatRecord;
  readonly api: Api;
  readonly ports: Pick<ConnectionPorts, 'later' | 'random'>;
  /** The session, which is opened where there is none; it is nobody's any more when it is not `current`. */
  readonly session: (current: () => boolean) => Promise<OpenedSession>;
  readonly onTaken: () => void;
  readonly onConflict: () => Promise<void>;
  readonly onExpired: () => void;
  readonly signal: AbortSignal;
}

/** Sends what was said, one message at a time and in order. */
export interface SendQueue {
  deliver(): Promise<void>;
  /** Also what waits for the line to come back. */
  deliverWaiting(): Promise<void>;
  /** The next failure is the first one again. */
  forgive(): void;
  /** There is a new conversation: answers to the old one are for nobody. */
  startOver(): void;
  close(): void;
}

const deliveryAttempts = 6;

export function createSendQueue(options: SendQueueOptions): SendQueue {
  const { record, api, ports, signal } = options;
  let sending = false;
  let attempts = 0;
  /** Grows with every new conversation, so that answers to the old one are known as such. */
  let generation = 0;
  let cancelRetry: () => void = () => undefined;

  const deliverWaiting = () => {
    for (const entry of record.state.transcript.entries) {
      if (entry.kind === 'outgoing' && entry.delivery === 'waiting') record.mark(entry.outgoing, 'sending');
    }
    return deliver();
  };

  const deliver = async (): Promise<void> => {
    // Before the bot has said what it speaks, a session could not be opened in the right language.
    if (sending || record.state.phase !== 'ready' || signal.aborted) return;
    sending = true;
    cancelRetry();
    const begun = generation;
    try {
      for (let next = firstToSend(record); next; next = firstToSend(record)) {
        if (!(await deliverOne(next))) break;
      }
    } finally {
      sending = false;
    }
    if (begun !== generation) await deliver();
  };

  /** False when it is better to wait before the next. */
  const deliverOne = async (outgoing: Outgoing): Promise<boolean> => {
    const begun = generation;
    const current = () => begun === generation;
    try {
      const opened = await options.session(current);
      if (!current()) return false;
      const message = await api.send(opened, outgoing, signal);
      if (!current()) return false;
      attempts = 0;
      record.setTranscript(withMessage(record.state.transcript, message, outgoing.id));
      record.set({ tooMany: false });
      options.onTaken();
      return true;
    } catch (error) {
      if (signal.aborted || !current()) return false;
      return refused(outgoing, error);
    }
  };

  const refused = async (outgoing: Outgoing, error: unknown): Promise<boolean> => {
    const refusal = error instanceof ApiError ? error.refusal : 'refused';
    switch (refusal) {
      case 'network':
      case 'server': {
        if (attempts + 1 >= deliveryAttempts && refusal === 'server') {
          attempts = 0;
          record.mark(outgoing, 'failed');
          return true;
        }
        record.mark(outgoing, 'waiting');
        const delayMs = error instanceof ApiError ? error.retryAfterMs : undefined;
        cancelRetry = ports.later(delayMs ?? backoffMs(attempts, ports.random()), () => void deliverWaiting());
        attempts++;
        return false;
      }
      case 'conflict':
        record.mark(outgoing, 'failed');
        await options.onConflict();
        return true;
      case 'expired':
        record.mark(outgoing, 'failed');
        options.onExpired();
        return false;
      case 'too-many':
        record.mark(outgoing, 'failed');
        record.set({ tooMany: true });
        return true;
      case 'too-long':
      case 'refused':
      case 'website':
        record.mark(outgoing, 'failed');
        return true;
      default:
        return refusal satisfies never;
    }
  };

  return {
    deliver,
    deliverWaiting,
    forgive() {
      attempts = 0;
    },
    startOver() {
      attempts = 0;
      generation++;
      cancelRetry();
    },
    close() {
      cancelRetry();
    },
  };
}

function firstToSend({ state }: ChatRecord): Outgoing | undefined {
  const isNext = (entry: Entry) => entry.kind === 'outgoing' && entry.delivery === 'sending';
  const first = state.transcript.entries.find(isNext);
  return first?.kind === 'outgoing' ? first.outgoing : undefined;
}
