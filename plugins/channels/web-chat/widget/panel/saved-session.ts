import type { Address } from './api.ts';
import type { OpenedSession, Outgoing } from './wire.ts';

/** What a page that is loaded again needs to go on. */
export interface SavedSession extends OpenedSession {
  readonly resumeFrom: number;
  readonly unsent: readonly Outgoing[];
}

export interface SessionShelf {
  read(): SavedSession | undefined;
  write(saved: SavedSession): void;
  clear(): void;
}

/**
 * One conversation per tenant and channel, for as long as the tab lives. `storage` is undefined where a browser refuses it:
 * the conversation then ends with the page.
 */
export function openShelf(address: Address, storage: Storage | undefined): SessionShelf {
  const key = `polyphon:${address.origin}/${address.tenant}/${address.channel}`;
  return {
    read() {
      try {
        const saved = JSON.parse(storage?.getItem(key) ?? 'null') as SavedSession | null;
        const good =
          saved && typeof saved.session === 'string' && typeof saved.token === 'string' && Array.isArray(saved.unsent);
        return good && Number.isInteger(saved.resumeFrom) ? saved : undefined;
      } catch {
        return undefined;
      }
    },
    write(saved) {
      try {
        storage?.setItem(key, JSON.stringify(saved));
      } catch {
        // Full or forbidden: the conversation still works, it only does not outlive the page.
      }
    },
    clear() {
      try {
        storage?.removeItem(key);
      } catch {
        // As above.
      }
    },
  };
}
