import type { Message, Outgoing, Owner, SessionState, StreamEvent } from './wire.ts';

/** One line of the conversation as it is drawn. `key` stays the same while a line turns from a draft into a message. */
export type Entry =
  | { readonly kind: 'message'; readonly key: string; readonly message: Message; readonly turn?: string }
  | { readonly kind: 'outgoing'; readonly key: string; readonly outgoing: Outgoing; readonly delivery: Delivery }
  | { readonly kind: 'draft'; readonly key: string; readonly turn: string; readonly pieces: readonly Piece[] }
  | { readonly kind: 'failure'; readonly key: string; readonly turn: string };

/** `waiting`: goes out by itself when the connection is back. `failed`: the person decides. */
export type Delivery = 'sending' | 'waiting' | 'failed';

interface Piece {
  readonly id: number;
  readonly text: string;
}

export interface Transcript {
  readonly entries: readonly Entry[];
  /** The highest event id seen: where a broken stream goes on. */
  readonly lastEventId: number;
  /** The last event id at which no reply was half written: where a reloaded page goes on, so that it sees the whole of it. */
  readonly resumeFrom: number;
  /** Turns that are over. What still arrives for them is late and dropped. */
  readonly finished: ReadonlySet<string>;
  readonly owner: Owner;
  readonly state: SessionState;
  /** The event that last set owner and state, so that an older one cannot set them back. */
  readonly stateEventId: number;
  readonly writing: 'bot' | 'operator' | undefined;
}

export const emptyTranscript: Transcript = {
  entries: [],
  lastEventId: 0,
  resumeFrom: 0,
  finished: new Set(),
  owner: 'bot',
  state: 'active',
  stateEventId: 0,
  writing: undefined,
};

/**
 * What the conversation looks like after an event. Repeated events change nothing and late ones find their place, so a stream
 * may be resumed from any point at or before the last event.
 */
export function applyEvent(transcript: Transcript, event: StreamEvent): Transcript {
  const next = reduce(transcript, event);
  const lastEventId = Math.max(transcript.lastEventId, event.id);
  const halfWritten = next.entries.some((entry) => entry.kind === 'draft');
  return { ...next, lastEventId, resumeFrom: halfWritten ? next.resumeFrom : lastEventId };
}

function reduce(transcript: Transcript, event: StreamEvent): Transcript {
  switch (event.type) {
    case 'message.received':
      return withMessage(transcript, event.message);
    case 'reply.started':
      return startDraft(transcript, event.turn);
    case 'reply.delta':
      return addPiece(startDraft(transcript, event.turn), event);
    case 'reply.completed':
      return finish(transcript, event.turn, {
        ...event.message,
        citations: event.citations ?? event.message.citations,
      });
    case 'reply.failed':
      return finish(transcript, event.turn, event.message);
    case 'typing':
      return event.id > transcript.lastEventId ? { ...transcript, writing: event.role } : transcript;
    case 'ownership.changed': {
      if (event.id <= transcript.stateEventId) return transcript;
      const owned = { ...transcript, owner: event.owner, stateEventId: event.id };
      // Once a person answers, what the bot was about to say is never sent.
      return event.owner === 'bot' ? owned : withoutDrafts(owned);
    }
    case 'session.changed':
      if (event.id <= transcript.stateEventId) return transcript;
      return { ...transcript, state: event.state, stateEventId: event.id };
    default:
      event satisfies never;
      return transcript;
  }
}

/** A message that the server has. Takes the place of our own copy of it, if there is one. */
export function withMessage(transcript: Transcript, message: Message, clientId?: string): Transcript {
  const known = transcript.entries.findIndex((entry) => entry.kind === 'message' && entry.message.id === message.id);
  const own = message.role === 'contact' ? ownCopy(transcript.entries, message, clientId) : -1;
  if (known >= 0) {
    // Both are there when the event overtook the answer to our request.
    return own >= 0 ? { ...transcript, entries: transcript.entries.toSpliced(own, 1) } : transcript;
  }
  const writing = message.role === 'contact' ? transcript.writing : undefined;
  const old = transcript.entries[own];
  const entry: Entry = { kind: 'message', key: old?.key ?? message.id, message };
  const entries = old ? transcript.entries.with(own, entry) : [...transcript.entries, entry];
  return { ...transcript, entries, writing };
}

function ownCopy(entries: readonly Entry[], message: Message, clientId: string | undefined): number {
  const exact = entries.findIndex(
    (entry) => entry.kind === 'outgoing' && (entry.key === clientId || entry.key === message.id),
  );
  if (exact >= 0 || clientId !== undefined) return exact;
  return entries.findIndex(
    (entry) =>
      entry.kind === 'outgoing' && entry.delivery !== 'failed' && entry.outgoing.text.trim() === message.text.trim(),
  );
}

export function withOutgoing(transcript: Transcript, outgoing: Outgoing, delivery: Delivery): Transcript {
  const at = transcript.entries.findIndex((entry) => entry.key === outgoing.id);
  const entry: Entry = { kind: 'outgoing', key: outgoing.id, outgoing, delivery };
  if (at < 0) return { ...transcript, entries: [...transcript.entries, entry] };
  // The server may have told of it already, by the stream.
  if (transcript.entries[at]?.kind !== 'outgoing') return transcript;
  return { ...transcript, entries: transcript.entries.with(at, entry) };
}

export function withoutWriting(transcript: Transcript): Transcript {
  return transcript.writing === undefined ? transcript : { ...transcript, writing: undefined };
}

function startDraft(transcript: Transcript, turn: string): Transcript {
  if (transcript.finished.has(turn)) return transcript;
  if (transcript.entries.some((entry) => entry.kind === 'draft' && entry.turn === turn)) return transcript;
  // A conversation has one turn at a time: an older draft belongs to a turn that was superseded.
  const settled = withoutDrafts(transcript);
  const entry: Entry = { kind: 'draft', key: turn, turn, pieces: [] };
  return { ...settled, entries: [...settled.entries, entry], writing: undefined };
}

function addPiece(transcript: Transcript, piece: Piece & { readonly turn: string }): Transcript {
  const at = transcript.entries.findIndex((entry) => entry.kind === 'draft' && entry.turn === piece.turn);
  const draft = transcript.entries[at];
  if (draft?.kind !== 'draft' || draft.pieces.some(({ id }) => id === piece.id)) return transcript;
  const pieces = [...draft.pieces, { id: piece.id, text: piece.text }];
  const last = draft.pieces.at(-1);
  if (last && last.id > piece.id) pieces.sort((a, b) => a.id - b.id);
  return { ...transcript, entries: transcript.entries.with(at, { ...draft, pieces }) };
}

function finish(transcript: Transcript, turn: string, message: Message | undefined): Transcript {
  if (transcript.finished.has(turn)) return transcript;
  const finished = new Set(transcript.finished).add(turn);
  const known =
    message && transcript.entries.some((entry) => entry.kind === 'message' && entry.message.id === message.id);
  const base = { ...transcript, finished, writing: undefined };
  if (known) return withoutDrafts(base);
  const entry: Entry = message ? { kind: 'message', key: turn, message, turn } : { kind: 'failure', key: turn, turn };
  const at = transcript.entries.findIndex((old) => old.kind === 'draft' && old.turn === turn);
  const entries = at >= 0 ? transcript.entries.with(at, entry) : [...transcript.entries, entry];
  return { ...base, entries };
}

function withoutDrafts(transcript: Transcript): Transcript {
  const drafts = transcript.entries.filter((entry) => entry.kind === 'draft');
  if (drafts.length === 0) return transcript;
  const finished = new Set([...transcript.finished, ...drafts.map((draft) => draft.turn)]);
  return { ...transcript, finished, entries: transcript.entries.filter((entry) => entry.kind !== 'draft') };
}

export function draftText(entry: Extract<Entry, { kind: 'draft' }>): string {
  return entry.pieces.map((piece) => piece.text).join('');
}
