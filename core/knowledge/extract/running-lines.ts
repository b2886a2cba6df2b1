import { bodySize, type PdfLine, type PdfPage, sizeOf } from './pdf-lines.ts';

/** So many lines at the top and at the bottom of a page may stand on every page, and only in this share of its height. */
const atEdge = 3;
const margin = 0.1;
const fewestPages = 3;
/** Of the pages; left and right pages may differ. */
const leastShare = 0.4;
/** A shorter one says nothing but the number of the page. */
const leastSaid = 12;

interface Place {
  readonly page: number;
  readonly line: PdfLine;
  readonly numbers: readonly number[];
}

/**
 * Pages without the lines that stand on all of them at the same height, as the name of the document and the page's number do: they would
 * be part of every passage. What they say besides the number stays on the first page that has it, for it may be asked for.
 */
export function withoutRunningLines(pages: readonly PdfPage[]): readonly PdfPage[] {
  const body = bodySize(pages.flatMap(({ lines }) => lines));
  const places = pages.flatMap(placesAtEdge).filter(({ line }) => sizeOf(line) <= body);
  const alike = Map.groupBy(places, ({ line }) => keyOf(line));
  const running = new Set<PdfLine>();
  for (const held of alike.values()) {
    const on = new Set(held.map(({ page }) => page)).size;
    if (on < fewestPages || on < leastShare * pages.length || !countsPages(held)) continue;
    for (const { line } of saysMore(held) ? held.slice(1) : held) running.add(line);
  }
  if (running.size === 0) return pages;
  return pages.map((page) => ({ ...page, lines: page.lines.filter((line) => !running.has(line)) }));
}

function placesAtEdge({ number: page, bottom, top, lines }: PdfPage): readonly Place[] {
  const reach = margin * (top - bottom);
  const outer = lines.filter(({ y }) => y < bottom + reach || y > top - reach);
  const sorted = outer.toSorted((a, b) => b.y - a.y);
  const edges = new Set([...sorted.slice(0, atEdge), ...sorted.slice(-atEdge)]);
  return [...edges].map((line) => ({ page, line, numbers: (line.text.match(/\d+/g) ?? []).map(Number) }));
}

function keyOf({ text, y }: PdfLine): string {
  return `${Math.round(y)} ${text.trim().replace(/\d+/g, '#')}`;
}

/** Each number is the same everywhere or grows with the pages: another one, as a price on each page has, is what the page says. */
function countsPages(places: readonly Place[]): boolean {
  const [first] = places;
  if (first === undefined) return false;
  return first.numbers.every((start, slot) => {
    const isSame = places.every(({ numbers }) => numbers[slot] === start);
    return isSame || places.every(({ numbers, page }) => (numbers[slot] ?? 0) - page === start - first.page);
  });
}

function saysMore([first]: readonly Place[]): boolean {
  return (first?.line.text.match(/\p{L}/gu)?.length ?? 0) >= leastSaid;
}
