import { createHash } from 'node:crypto';
import type { SourceDocument } from 'polyphon/plugin';

/** Fields deeper than this are no text. */
const maxDepth = 4;
const maxFields = 200;

/** Follows `a.b.0.c`; undefined where a step is missing. */
export function fieldAt(value: unknown, path: string): unknown {
  let current = value;
  for (const step of path.split('.')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string, unknown>)[step];
  }
  return current;
}

/** What stands where `path` begins to lead nowhere, as in `data has: products, total`: the names that might have been meant. */
export function knownAt(value: unknown, path: string): string {
  const steps = path === '' ? [] : path.split('.');
  let current = value;
  let at = 0;
  while (at < steps.length && typeof current === 'object' && current !== null) {
    const step = steps[at] ?? '';
    if (!Object.hasOwn(current, step)) break;
    current = (current as Record<string, unknown>)[step];
    at += 1;
  }
  const where = at === 0 ? 'it' : steps.slice(0, at).join('.');
  if (Array.isArray(current)) return `${where} is a list`;
  if (typeof current !== 'object' || current === null) return `${where} is ${current === null ? 'null' : 'a value'}`;
  const names = Object.keys(current);
  if (names.length === 0) return `${where} is empty`;
  const shown = names.slice(0, 12).map((name) => name.slice(0, 40));
  return `${where} has: ${shown.join(', ')}${names.length > shown.length ? ', …' : ''}`;
}

/** `{ price: { amount: 5 } }` as `{ price_amount: '5' }`: cells for the template. A list of words is one cell. */
export function cellsOf(item: unknown): Readonly<Record<string, string>> {
  const cells: Record<string, string> = {};
  const walk = (value: unknown, name: string, depth: number): void => {
    if (Object.keys(cells).length >= maxFields) return;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      cells[name || 'value'] = `${value}`;
    } else if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) {
      cells[name || 'value'] = value.join(', ');
    } else if (typeof value === 'object' && value !== null && depth < maxDepth) {
      for (const [key, inner] of Object.entries(value)) {
        const safe = key.replace(/[^\p{L}\p{N}_]+/gu, '_');
        walk(inner, name === '' ? safe : `${name}_${safe}`, depth + 1);
      }
    }
  };
  walk(item, '', 0);
  return cells;
}

export function documentOf(
  item: unknown,
  id: string,
  options: {
    readonly title?: string;
    readonly link?: string;
    readonly row?: string;
    readonly language?: string;
  },
): SourceDocument {
  const cells = cellsOf(item);
  const bytes = new TextEncoder().encode(tableOf(cells));
  const title = options.title === undefined ? undefined : fieldAt(item, options.title);
  const link = options.link === undefined ? undefined : fieldAt(item, options.link);
  return {
    id,
    title: (typeof title === 'string' && title.trim()) || (typeof title === 'number' ? `${title}` : id),
    mediaType: 'text/csv',
    version: createHash('sha256').update(bytes).digest('hex').slice(0, 24),
    ...(typeof link === 'string' && /^https?:\/\//.test(link) ? { url: link } : {}),
    ...(options.row === undefined ? {} : { rowTemplate: options.row }),
    ...(options.language === undefined ? {} : { language: options.language }),
    read: () => Promise.resolve(bytes.slice()),
  };
}

/** A table of one row, because rows are what templates are for. */
function tableOf(cells: Readonly<Record<string, string>>): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  return `${Object.keys(cells).map(quoted).join(',')}\n${Object.values(cells).map(quoted).join(',')}\n`;
}
