/** `1 bot`, `5 bots`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `84 ms`, `1.2 s`, `3 min`. */
export function elapsed(ms: number): string {
  if (ms < 1000) return `${Math.max(1, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** How long ago: `just now`, `12 min ago`, `5 h ago`, `3 days ago`. */
export function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / (24 * 60))} days ago`;
}

/** `812 B`, `14 kB`, `3.1 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

/** `3.20 EUR`; parts of a cent where there is less than one. */
export function money({ amount, currency }: { readonly amount: number; readonly currency: string }): string {
  const digits = amount === 0 || amount >= 0.01 ? 2 : 6;
  return `${amount.toFixed(digits)} ${currency}`;
}

const momentLength = { minutes: 16, seconds: 19, milliseconds: 23 };

/** `2026-03-01 08:15:00Z`: in UTC and marked so, as in the logs and in the JSON. Takes ISO 8601 in UTC. */
export function moment(iso: string, to: keyof typeof momentLength = 'seconds'): string {
  return `${iso.slice(0, momentLength[to]).replace('T', ' ')}Z`;
}

/** Enough of a hash to tell revisions apart. */
export function shortHash(hash: string | undefined): string {
  return hash?.slice(0, 7) ?? '-';
}

/** One line of at most `width` characters, cut at a word with an ellipsis. */
export function oneLine(text: string, width: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= width) return line;
  const cut = line.slice(0, Math.max(1, width - 1));
  const space = cut.lastIndexOf(' ');
  return `${space > width / 2 ? cut.slice(0, space) : cut}…`;
}
