import type { ReloadReport } from '../kernel/face.ts';

/** Passes reloads on to the playgrounds that are open. */
export interface ReloadFeed {
  announce(report: ReloadReport): void;
  /** Reports from now on, until the signal aborts. A reader that falls behind misses the oldest. */
  follow(signal: AbortSignal): AsyncIterable<ReloadReport>;
}

const maxWaiting = 100;

export function createReloadFeed(): ReloadFeed {
  const readers = new Set<{ readonly waiting: ReloadReport[]; wake: (() => void) | undefined }>();
  return {
    announce(report) {
      for (const reader of readers) {
        reader.waiting.push(report);
        if (reader.waiting.length > maxWaiting) reader.waiting.shift();
        reader.wake?.();
      }
    },
    async *follow(signal) {
      const reader: { readonly waiting: ReloadReport[]; wake: (() => void) | undefined } = {
        waiting: [],
        wake: undefined,
      };
      const wake = () => reader.wake?.();
      readers.add(reader);
      signal.addEventListener('abort', wake, { once: true });
      try {
        while (!signal.aborted) {
          const report = reader.waiting.shift();
          if (report !== undefined) {
            yield report;
            continue;
          }
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
        }
      } finally {
        readers.delete(reader);
        signal.removeEventListener('abort', wake);
      }
    },
  };
}
