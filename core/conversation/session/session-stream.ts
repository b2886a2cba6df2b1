import type { Channel, StreamEvent } from '../../contract/index.ts';
import type { Store } from '../../store/open-store.ts';
import type { StreamEvents } from '../../store/stream-events.ts';

/** A stream event before it has its place in the stream. */
export type StreamEventBody = StreamEvent extends infer Event
  ? Event extends StreamEvent
    ? Omit<Event, 'id'>
    : never
  : never;

/** How many events of a session can be replayed. */
const ringSize = 500;
/** A reader this far behind is cut off; it comes back with the last id it saw. */
const maxBehind = 5000;
/** Ids skip to the next multiple after a restart, because text in flight took ids that were not stored. */
const idBlock = 100_000;
/** Sessions whose exact last id is remembered after their stream has left the memory. */
const maxRemembered = 20_000;

/**
 * Whether what a session says of itself outlives the process. Only a channel that streams has readers who come back for it; for a
 * messenger it would be two rows a turn that nobody reads.
 */
export type StreamKeeping = 'stored' | 'live';

export function streamKeeping({ capabilities }: Pick<Channel, 'capabilities'>): StreamKeeping {
  return capabilities.streaming === 'events' ? 'stored' : 'live';
}

/** The events of one session, live while somebody holds it. */
export interface SessionStream extends Disposable {
  /** Gives the event its place and keeps it. Call inside `Store.write`, and `publish` what it returns from `onCommit`. */
  stage(body: StreamEventBody): StreamEvent;
  publish(event: StreamEvent): void;
  /** An event that is not stored: text in flight. */
  emit(body: StreamEventBody): void;
}

export class SessionStreams {
  readonly #store: Store;
  readonly #live = new Map<string, LiveStream>();
  readonly #lastIds = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Dispose what is returned; the stream leaves the memory with its last holder. */
  hold(tenantId: string, sessionId: string, keeping: StreamKeeping = 'stored'): SessionStream {
    const live = this.#enter(tenantId, sessionId);
    let held = true;
    return {
      stage: (body) => (keeping === 'live' ? live.place(body) : live.stage(body)),
      publish: (event) => live.publish(event),
      emit: (body) => live.publish(live.place(body)),
      [Symbol.dispose]: () => {
        if (held) this.#leave(tenantId, sessionId, live);
        held = false;
      },
    };
  }

  /** Follows from this call on, not from the first `next`; ends when the signal aborts. */
  follow(
    tenantId: string,
    sessionId: string,
    after: number | 'now',
    signal: AbortSignal,
  ): AsyncIterableIterator<StreamEvent> {
    const live = this.#enter(tenantId, sessionId);
    return live.follow(after, signal, () => this.#leave(tenantId, sessionId, live));
  }

  get size(): number {
    return this.#live.size;
  }

  #enter(tenantId: string, sessionId: string): LiveStream {
    const key = `${tenantId} ${sessionId}`;
    let live = this.#live.get(key);
    if (live === undefined) {
      const stored = this.#store.forTenant(tenantId).streamEvents;
      live = new LiveStream(sessionId, stored, this.#lastIds.get(key) ?? nextBlock(stored.lastId(sessionId)));
      this.#live.set(key, live);
    }
    live.holders += 1;
    return live;
  }

  #leave(tenantId: string, sessionId: string, live: LiveStream): void {
    live.holders -= 1;
    if (live.holders > 0) return;
    const key = `${tenantId} ${sessionId}`;
    this.#live.delete(key);
    this.#lastIds.delete(key);
    this.#lastIds.set(key, live.lastId);
    if (this.#lastIds.size <= maxRemembered) return;
    for (const oldest of this.#lastIds.keys()) {
      this.#lastIds.delete(oldest);
      return;
    }
  }
}

function nextBlock(lastStoredId: number): number {
  return lastStoredId === 0 ? 0 : Math.ceil((lastStoredId + 1) / idBlock) * idBlock;
}

class LiveStream {
  holders = 0;
  lastId: number;
  readonly #sessionId: string;
  readonly #stored: StreamEvents;
  readonly #readers = new Set<(event: StreamEvent) => void>();
  /** Everything after `#ringStart`, what is not stored included. */
  readonly #ring: StreamEvent[] = [];
  #ringStart: number;

  constructor(sessionId: string, stored: StreamEvents, lastId: number) {
    this.#sessionId = sessionId;
    this.#stored = stored;
    this.lastId = lastId;
    this.#ringStart = lastId;
  }

  place(body: StreamEventBody): StreamEvent {
    this.lastId += 1;
    return { id: this.lastId, ...body };
  }

  stage(body: StreamEventBody): StreamEvent {
    const event = this.place(body);
    this.#stored.insert(this.#sessionId, event.id, JSON.stringify(body));
    if (event.id % 100 === 0) this.#stored.trim(this.#sessionId, ringSize);
    return event;
  }

  publish(event: StreamEvent): void {
    this.#ring.push(event);
    if (this.#ring.length > ringSize) this.#ringStart = this.#ring.shift()?.id ?? this.#ringStart;
    for (const read of this.#readers) read(event);
  }

  follow(after: number | 'now', signal: AbortSignal, leave: () => void): AsyncIterableIterator<StreamEvent> {
    const waiting: StreamEvent[] = after === 'now' ? [] : this.#replay(after);
    let wake: (() => void) | undefined;
    let ended = false;
    const read = (event: StreamEvent): void => {
      waiting.push(event);
      if (waiting.length > maxBehind) end();
      wake?.();
    };
    const end = (): void => {
      if (ended) return;
      ended = true;
      this.#readers.delete(read);
      signal.removeEventListener('abort', end);
      leave();
      wake?.();
    };
    this.#readers.add(read);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: async () => {
        while (!ended && waiting.length === 0) {
          const { promise, resolve } = Promise.withResolvers<void>();
          wake = resolve;
          await promise;
        }
        const event = signal.aborted ? undefined : waiting.shift();
        return event === undefined ? { done: true, value: undefined } : { done: false, value: event };
      },
      return: async () => {
        end();
        waiting.length = 0;
        return { done: true, value: undefined };
      },
    };
  }

  #replay(after: number): StreamEvent[] {
    const live = this.#ring.filter((event) => event.id > after);
    if (after >= this.#ringStart) return live;
    const stored = this.#stored
      .after(this.#sessionId, after)
      .filter(({ id }) => id <= this.#ringStart)
      .map(({ id, payload }): StreamEvent => ({ id, ...(JSON.parse(payload) as StreamEventBody) }));
    return [...stored, ...live];
  }
}
