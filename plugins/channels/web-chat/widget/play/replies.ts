import type { Citation, StreamEvent } from '../panel/wire.ts';

/** What the inspector knows of one reply. */
export interface ReplyTrace {
  readonly turn: string;
  readonly state: 'writing' | 'completed' | 'failed';
  /** The revision that served when the reply began. */
  readonly revision: string | undefined;
  readonly startedAt: number;
  readonly firstTextMs?: number;
  readonly totalMs?: number;
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
  readonly failure?: string;
}

const kept = 20;

/** The replies after an event, newest first. `now` in milliseconds, of one clock. */
export function traceReply(
  replies: readonly ReplyTrace[],
  event: StreamEvent,
  now: number,
  revision: string | undefined,
): readonly ReplyTrace[] {
  if (!('turn' in event)) return replies;
  const at = replies.findIndex((reply) => reply.turn === event.turn);
  const known: ReplyTrace = replies[at] ?? {
    turn: event.turn,
    state: 'writing',
    revision,
    startedAt: now,
    text: '',
    citations: [],
  };
  if (known.state !== 'writing') return replies;
  const next = after(known, event, now);
  return at >= 0 ? replies.with(at, next) : [next, ...replies].slice(0, kept);
}

function after(reply: ReplyTrace, event: Extract<StreamEvent, { turn: string }>, now: number): ReplyTrace {
  const elapsed = Math.round(now - reply.startedAt);
  switch (event.type) {
    case 'reply.started':
      return reply;
    case 'reply.delta':
      return { ...reply, firstTextMs: reply.firstTextMs ?? elapsed, text: reply.text + event.text };
    case 'reply.completed':
      return {
        ...reply,
        state: 'completed',
        totalMs: elapsed,
        text: event.message.text,
        citations: event.citations,
        usage: event.usage,
      };
    case 'reply.failed':
      return { ...reply, state: 'failed', totalMs: elapsed, failure: event.code };
    default:
      return event satisfies never;
  }
}
