import type { Receipt, StreamEvent } from 'polyphon/plugin';
import type { ChatService } from './chat-service.ts';

type Taken = Exclude<Receipt, { status: 'refused' }>;

/** How long the replay of a finished turn may take: it is all in memory. */
const replayPatienceMs = 250;

/** The events of one turn, from the message to the end of the reply. Ends without a reply when none will come. */
export async function* turnEvents(
  service: ChatService,
  session: string,
  receipt: Taken,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent | Synthetic> {
  const { conversations, clock } = service;
  const ended = new AbortController();
  const outcome = conversations.reply(receipt.turnId, AbortSignal.any([signal, ended.signal]));
  const silent = outcome.then(
    ({ status }) => status === 'silent' && ended.abort(),
    () => undefined,
  );
  try {
    if (receipt.status === 'stored') {
      const live = AbortSignal.any([signal, ended.signal]);
      for await (const event of ofTurn(conversations.events(session, 0, live), receipt)) yield event;
      return;
    }
    const settled = await outcome;
    if (settled.status === 'silent') return;
    using patience = clock.deadline(replayPatienceMs, signal);
    const replay = conversations.events(session, 0, patience.signal);
    let complete = false;
    for await (const event of ofTurn(replay, receipt)) {
      yield event;
      complete = event.type === 'reply.completed' || event.type === 'reply.failed';
    }
    if (complete || settled.reply === undefined) return;
    // The stored events do not reach back so far: the reply itself is in the history.
    yield { type: 'reply.completed', turn: receipt.turnId, message: settled.reply, citations: settled.reply.citations };
  } finally {
    ended.abort();
    await silent;
  }
}

/** An event told again without its place in the stream. */
export interface Synthetic {
  readonly type: 'reply.completed';
  readonly turn: string;
  readonly message: Extract<StreamEvent, { type: 'reply.completed' }>['message'];
  readonly citations: Extract<StreamEvent, { type: 'reply.completed' }>['citations'];
  readonly id?: undefined;
}

async function* ofTurn(events: AsyncIterable<StreamEvent>, receipt: Taken): AsyncGenerator<StreamEvent> {
  for await (const event of events) {
    if (event.type === 'message.received' && event.message.id === receipt.message.id) yield event;
    if (!('turn' in event) || event.turn !== receipt.turnId) continue;
    yield event;
    if (event.type === 'reply.completed' || event.type === 'reply.failed') return;
  }
}
