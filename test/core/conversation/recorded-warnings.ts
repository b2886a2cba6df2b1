import type { LogFields, Logger } from '../../../core/contract/index.ts';

/** A log of which the warnings and errors are kept. */
export function recordWarnings(): { readonly log: Logger; readonly lines: readonly LogFields[] } {
  const lines: LogFields[] = [];
  const ignore = () => {};
  const keep = (message: string, fields?: LogFields): void => void lines.push({ message, ...fields });
  const log: Logger = { debug: ignore, info: ignore, warn: keep, error: keep, with: () => log };
  return { log, lines };
}
