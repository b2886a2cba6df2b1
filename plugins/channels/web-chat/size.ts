const units: Readonly<Record<string, number>> = { kB: 1000, MB: 1_000_000 };

/** Bytes of a size as the schema allows it, as in `8MB`. */
export function parseSize(text: string): number {
  return Math.floor(Number.parseFloat(text) * (units[text.slice(-2)] ?? 1));
}
