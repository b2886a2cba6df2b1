import { PolyphonError } from '../../contract/index.ts';
import type { EventQueue, QueuedEvent } from '../../store/event-queue.ts';
import type { Store } from '../../store/open-store.ts';
import { hostOf } from './event-targets.ts';

/** An outgoing webhook, or a letter to operators, that an address has not taken. */
export interface UndeliveredEvent {
  readonly id: string;
  /** `waiting`: it is tried again, and what came later waits behind it. `given-up`: nobody sends it unless an operator says so. */
  readonly state: 'waiting' | 'given-up';
  /** As in `handoff.requested`. */
  readonly type: string;
  /** The host only: the rest of an address may hold a token, or name a person. */
  readonly to: string;
  readonly reason: string;
  readonly attempts: number;
  /** How many wait behind it for the same address. */
  readonly behind: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC; of what waits. */
  readonly nextTryAt?: string;
}

/** What holds up each address, then what was given up, newest first. */
export function listUndelivered(store: Store, tenantId: string, limit: number): readonly UndeliveredEvent[] {
  const { eventQueue } = store.forTenant(tenantId);
  const held = eventQueue.waiting().flatMap((url) => eventQueue.next(url) ?? []);
  const failing = held.filter(({ attempts }) => attempts > 0);
  return [...failing, ...eventQueue.failed(Math.max(0, limit - failing.length))]
    .slice(0, limit)
    .map((row) => shown(eventQueue, row));
}

/**
 * Lets it be tried at once, and then for as long as a new one; what was given up goes behind what waits, because it must not hold up what
 * would pass. @throws PolyphonError CLI9007.
 */
export async function retryEvent(store: Store, tenantId: string, id: string): Promise<UndeliveredEvent> {
  return await settle(store, tenantId, id, (eventQueue, row) => {
    if (row.state === 'failed') eventQueue.revive(row);
    else eventQueue.retry(row.seq, { attempts: 0, dueAt: 0, reason: row.reason });
  });
}

/** Forgets it; what waits behind it goes on. @throws PolyphonError CLI9007. */
export async function dismissEvent(store: Store, tenantId: string, id: string): Promise<UndeliveredEvent> {
  return await settle(store, tenantId, id, (eventQueue, row) => eventQueue.delete(row.seq));
}

async function settle(
  store: Store,
  tenantId: string,
  id: string,
  change: (eventQueue: EventQueue, row: QueuedEvent) => void,
): Promise<UndeliveredEvent> {
  const { eventQueue } = store.forTenant(tenantId);
  return await store.write(() => {
    const row = eventQueue.byId(id);
    if (row === undefined) {
      throw new PolyphonError(
        'CLI9007',
        `${tenantId} has no undelivered event "${id}". \`polyphon events ${tenantId}\` lists them.`,
      );
    }
    const before = shown(eventQueue, row);
    change(eventQueue, row);
    return before;
  });
}

function shown(eventQueue: EventQueue, row: QueuedEvent): UndeliveredEvent {
  const isWaiting = row.state === 'waiting';
  return {
    id: row.id,
    state: isWaiting ? 'waiting' : 'given-up',
    type: row.type,
    to: hostOf(row.url),
    reason: row.reason ?? '',
    attempts: row.attempts,
    behind: isWaiting ? eventQueue.count(row.url) - 1 : 0,
    createdAt: new Date(row.createdAt).toISOString(),
    ...(isWaiting ? { nextTryAt: new Date(row.dueAt).toISOString() } : {}),
  };
}
