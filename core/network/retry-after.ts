/** How long an answer asks to wait: `retry-after` in seconds or as a date, or `retry-after-ms`; undefined where it says nothing. */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const inMs = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  const text = headers.get('retry-after') ?? '';
  const told = /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number.parseFloat(text) * 1000 : Date.parse(text) - nowMs;
  const wait = [inMs, told].find((value) => Number.isFinite(value));
  return wait === undefined ? undefined : Math.max(0, Math.round(wait));
}
