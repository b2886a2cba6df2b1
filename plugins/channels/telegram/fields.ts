/** A JSON object of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object; undefined for anything else, so that a surprise in one field costs that field and not the message. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Well-formed, without NUL, not empty. */
export function textOf(value: unknown, maxLength = 32_000): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.slice(0, maxLength).toWellFormed().replaceAll('\u0000', '');
  return text === '' ? undefined : text;
}

export function integerOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
