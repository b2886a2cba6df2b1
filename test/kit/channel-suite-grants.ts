import type { LogFields, Logger } from '../../core/contract/index.ts';

export interface SuiteLine {
  readonly message: string;
  readonly fields: LogFields;
}

export function recordingLog(lines: SuiteLine[], common: LogFields = {}): Logger {
  const write = (message: string, fields: LogFields = {}) =>
    void lines.push({ message, fields: { ...common, ...fields } });
  return {
    debug: write,
    info: write,
    warn: write,
    error: write,
    with: (fields) => recordingLog(lines, { ...common, ...fields }),
  };
}

/** Stands for what no check needs; a channel that uses it in one hears which it was. */
export function outOfReach<Grant extends object>(name: string): Grant {
  return new Proxy({} as Grant, {
    get: (_, property) => {
      throw new Error(`The suite grants no \`${name}.${String(property)}\`.`);
    },
  });
}
