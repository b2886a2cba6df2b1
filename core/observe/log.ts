import { type Logger as Pino, pino, stdTimeFunctions } from 'pino';
import type { LogFields, Logger } from '../contract/index.ts';
import { type LoggableOptions, toLoggable, toLoggableText } from './loggable.ts';
import { type PersonalKind, personalField, personalKinds, withoutPersonal } from './personal-text.ts';
import { type Colour, prettyLine } from './pretty-line.ts';
import { SecretSet } from './secret-set.ts';

export interface LogOptions {
  readonly level: LogLevel;
  /** `json`: one object a line. `pretty`: for a terminal. */
  readonly format: 'pretty' | 'json';
  /** Takes one line with its newline. Standard error in production: standard output belongs to data. */
  readonly write: (line: string) => void;
  /** What becomes of `pii.*` fields; dropped unless told. */
  readonly pii?: LoggableOptions['pii'];
  /** Of the pretty format; none unless told. */
  readonly color?: Colour;
  /** Secrets of the deployment itself, as operator tokens. */
  readonly secretValues?: readonly string[];
}
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** The log of the process. Every line of every logger made from it is cleared of every secret it has been told. */
export interface Log extends Logger {
  /**
   * A logger whose lines carry `tenant`. Called again for each revision; values told before stay hidden. Its lines hide people's
   * addresses of the kinds in `hidden`, all unless told; lines of the process itself always hide all.
   */
  forTenant(tenantId: string, secretValues: readonly string[], hidden?: readonly PersonalKind[]): Logger;
}

/** Members of a line that are the log's own; a field of that name is written as `field.<name>`. */
const reserved = new Set(['level', 'time', 'msg']);

export function createLog(options: LogOptions): Log {
  const secrets = new SecretSet();
  secrets.add(options.secretValues ?? []);
  const hiding = (kinds: readonly PersonalKind[]): LoggableOptions => ({
    redact: (text) => withoutPersonal(secrets.redact(text), kinds),
    redactField: (name, value) => personalField(name, value, kinds),
    pii: options.pii ?? 'drop',
  });
  const root = pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write:
        options.format === 'json' ? options.write : (line) => options.write(prettyLine(line, options.color ?? 'never')),
    },
  );
  return {
    ...loggerOver(root, () => root, hiding(personalKinds)),
    forTenant(tenantId, secretValues, hidden = personalKinds) {
      secrets.add(secretValues);
      const line = root.child({ tenant: tenantId });
      return loggerOver(root, () => line, hiding(hidden));
    },
  };
}

/** `own` is asked with the first line: a turn has a logger of its own, and most turns have nothing to say. */
function loggerOver(root: Pino, own: () => Pino, safe: LoggableOptions): Logger {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: LogFields) => {
    if (!root.isLevelEnabled(level)) return;
    const line = own();
    const text = toLoggableText(message, safe);
    if (fields === undefined) line[level](text);
    else line[level](withoutReserved(toLoggable(fields, safe)), text);
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => {
      let line: Pino | undefined;
      const child = (): Pino => {
        line ??= own().child(withoutReserved(toLoggable(fields, safe)));
        return line;
      };
      return loggerOver(root, child, safe);
    },
  };
}

function withoutReserved(fields: Record<string, unknown>): Record<string, unknown> {
  if (!Object.keys(fields).some((key) => reserved.has(key))) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [reserved.has(key) ? `field.${key}` : key, value]),
  );
}
