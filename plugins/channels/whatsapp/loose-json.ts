/** Reading what another party wrote: whatever does not fit is absent, and nothing throws. */
export type Fields = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that can be stored: well-formed, without NUL, cut at `maxLength`. Blank texts and anything else are absent. */
export function textOf(value: unknown, maxLength: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.slice(0, maxLength).toWellFormed().replaceAll('\u0000', '');
  return text.trim() === '' ? undefined : text;
}

/** An id as platforms write them: printable, short. Numbers are taken, as some ids come as such. */
export function idOf(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && /^[\x21-\x7e]{1,256}$/.test(text) ? text : undefined;
}

/** A name the platform gives to a kind of thing, fit for a log line. */
export function kindOf(value: unknown): string {
  return typeof value === 'string' && /^[a-z][a-z_]{0,39}$/.test(value) ? value : 'unknown';
}

/** Milliseconds since the epoch of a timestamp in seconds, written as text or number. */
export function timeOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,11}$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && Number.isSafeInteger(seconds) && seconds > 0 && seconds < 1e11
    ? seconds * 1000
    : undefined;
}
