const maxDepth = 6;
const maxEntries = 64;
const maxTextLength = 8_192;
const maxStackLines = 12;

/** Fields whose name says that the value is a credential. */
const credentialName =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|password|passphrase|secret|token|access[-_]?token|refresh[-_]?token|api[-_]?key|x-api-key|client[-_]?secret|private[-_]?key)$/i;
const credentialText =
  /\b(Bearer|Basic) +[A-Za-z0-9._~+/-]{8,}=*|([?&](?:token|key|api_key|secret|password|signature|sig)=)[^&\s"']+/gi;

export interface LoggableOptions {
  redact(text: string): string;
  /** What is shown of a field whose name says what its value is; undefined: the value is shown as anywhere. */
  redactField(name: string, value: unknown): string | undefined;
  /** What becomes of fields that begin with `pii.`. */
  readonly pii: 'drop' | 'mask' | 'keep';
}

/**
 * A copy of log fields that is safe to write: bounded, without cycles, errors with their causes as data, secrets hidden by value
 * wherever they are, `pii.*` dropped or masked. A getter or `toJSON` that throws costs its field only.
 */
export function toLoggable(
  fields: Readonly<Record<string, unknown>>,
  options: LoggableOptions,
): Record<string, unknown> {
  const copy = copyValue(fields, options, new Set(), 0);
  return typeof copy === 'object' && copy !== null ? (copy as Record<string, unknown>) : {};
}

export function toLoggableText(text: string, options: LoggableOptions): string {
  const short =
    text.length > maxTextLength ? `${text.slice(0, maxTextLength)} [${text.length - maxTextLength} more]` : text;
  return options
    .redact(short.toWellFormed())
    .replace(credentialText, (_, scheme?: string, parameter?: string) =>
      scheme === undefined ? `${parameter}[secret]` : `${scheme} [secret]`,
    );
}

function copyValue(value: unknown, options: LoggableOptions, above: Set<object>, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return toLoggableText(value, options);
    case 'bigint':
      return value.toString();
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    case 'object':
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (above.has(value)) return '[circular]';
  if (depth >= maxDepth) return '[deep]';
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof URL) return toLoggableText(value.href, options);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[invalid date]' : value.toISOString();
  above.add(value);
  try {
    if (value instanceof Error) return copyEntries(errorEntries(value), options, above, depth);
    if (Array.isArray(value) || value instanceof Set) {
      const items = [...value];
      const copy = items.slice(0, maxEntries).map((item) => copyValue(item, options, above, depth + 1));
      return items.length > maxEntries ? [...copy, `[${items.length - maxEntries} more]`] : copy;
    }
    if (value instanceof Map)
      return copyEntries(
        [...value].map(([key, item]) => [String(key), () => item]),
        options,
        above,
        depth,
      );
    return copyEntries(
      Object.keys(value).map((key) => [key, () => (value as Record<string, unknown>)[key]]),
      options,
      above,
      depth,
    );
  } finally {
    above.delete(value);
  }
}

type Entries = readonly (readonly [string, () => unknown])[];

function copyEntries(
  entries: Entries,
  options: LoggableOptions,
  above: Set<object>,
  depth: number,
): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, read] of entries.slice(0, maxEntries)) {
    const name = toLoggableText(key, options);
    const personal = key === 'pii' || key.startsWith('pii.');
    if (personal && options.pii === 'drop') continue;
    try {
      const item = read();
      if (item === undefined) continue;
      if (personal && options.pii === 'mask') copy[name] = maskOf(item);
      else if (credentialName.test(key) && typeof item !== 'boolean') copy[name] = '[secret]';
      else copy[name] = options.redactField(key, item) ?? copyValue(item, options, above, depth + 1);
    } catch {
      copy[name] = '[unreadable]';
    }
  }
  if (entries.length > maxEntries) copy['…'] = `${entries.length - maxEntries} more`;
  return copy;
}

function errorEntries(error: Error): Entries {
  const own = Object.keys(error).filter((key) => !['name', 'message', 'stack', 'cause', 'errors'].includes(key));
  return [
    ['name', () => error.name],
    ['message', () => error.message],
    ...own.map((key) => [key, () => (error as unknown as Record<string, unknown>)[key]] as const),
    [
      'stack',
      () =>
        error.stack
          ?.split('\n')
          .slice(1, maxStackLines)
          .map((line) => line.trim()),
    ],
    ['cause', () => error.cause],
    ['errors', () => (error instanceof AggregateError ? error.errors : undefined)],
  ];
}

function maskOf(value: unknown): string {
  return typeof value === 'string' ? `[${value.length} characters]` : `[${value === null ? 'null' : typeof value}]`;
}
