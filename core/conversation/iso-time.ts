let lastMs = Number.NaN;
let lastText = '';

/** As in `2026-11-23T09:30:00.000Z`. What happens at once is told several times, and writing the time costs more than the rest of an event. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) lastText = new Date(ms).toISOString();
  lastMs = ms;
  return lastText;
}
