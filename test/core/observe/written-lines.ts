import { createLog, type LogOptions } from '../../../core/observe/log.ts';

/** A log, and what it has written. */
export function log(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const made = createLog({ level: 'debug', format: 'json', write: (line) => void lines.push(line), ...options });
  return { log: made, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown> };
}
