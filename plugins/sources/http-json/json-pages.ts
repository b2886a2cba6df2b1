import { type Http, PolyphonError } from 'polyphon/plugin';
import type { Static } from 'typebox';
import { fieldAt, knownAt } from './item.ts';
import type { schema } from './schema.ts';

const maxPageBytes = 16 * 1024 * 1024;
const maxTotalBytes = 256 * 1024 * 1024;
const maxPages = 1000;

/** What the entry can do about an answer. */
const remedies: Readonly<Record<number, string>> = {
  401: ', so look at the token in `headers:`',
  403: ', so look at the token in `headers:`',
  404: ', so look at `url:`',
  410: ', so look at `url:`',
};

/**
 * The lists of all pages, in order.
 * @throws PolyphonError SRC8101 when the service does not answer, SRC8105 when its answer is not what the entry expects.
 */
export async function* readPages(
  config: Static<typeof schema>,
  http: Http,
  signal: AbortSignal,
): AsyncGenerator<readonly unknown[]> {
  const { host } = new URL(config.url);
  const seen = new Set<string>();
  let bytes = 0;
  let before: string | undefined;
  let address: string | undefined = config.page === undefined ? config.url : numbered(config.url, config.page, 0);
  for (let count = 0; address !== undefined; count += 1) {
    if (count === maxPages || bytes > maxTotalBytes) throw unexpected(host, 'it has more pages than are read');
    if (seen.has(address)) throw unexpected(host, 'its pages lead in a circle');
    seen.add(address);
    const answer = await ask(address, config.headers ?? {}, http, signal);
    bytes += answer.text.length;
    const body = parse(answer.text, host);
    const items = listIn(body, config.items, host);
    if (config.page !== undefined) {
      const page = JSON.stringify(items);
      // A service that does not know the parameter gives its first page for ever.
      if (page === before)
        throw unexpected(
          host,
          `page ${count + 1} is the same as the one before, whatever ${config.page.parameter} says`,
        );
      before = page;
    }
    yield items;
    address = addressAfter(config, address, { count, body, items, link: answer.link });
  }
}

function listIn(body: unknown, path: string | undefined, host: string): readonly unknown[] {
  const items = path === undefined ? body : fieldAt(body, path);
  if (Array.isArray(items)) return items;
  throw unexpected(host, `there is no list at ${path ?? 'the top of its answer'}; ${knownAt(body, path ?? '')}`);
}

/** @throws PolyphonError SRC8105 for one that leads to another host. */
function addressAfter(
  config: Static<typeof schema>,
  address: string,
  page: {
    readonly count: number;
    readonly body: unknown;
    readonly items: readonly unknown[];
    readonly link: string;
  },
): string | undefined {
  if (config.page !== undefined)
    return page.items.length === 0 ? undefined : numbered(config.url, config.page, page.count + 1);
  const told = config.next === undefined ? undefined : fieldAt(page.body, config.next);
  const next = nextOf(page.link, told, address);
  const { origin, host } = new URL(config.url);
  if (next !== undefined && new URL(next).origin !== origin)
    throw unexpected(host, 'its next page is on another host, which the headers must not reach');
  return next;
}

async function ask(address: string, headers: Readonly<Record<string, string>>, http: Http, signal: AbortSignal) {
  const { host } = new URL(address);
  try {
    const response = await http.fetch(address, {
      headers: { accept: 'application/json', ...headers },
      signal,
      maxBytes: maxPageBytes,
      retry: 'idempotent',
    });
    const text = await response.text();
    if (!response.ok) throw unavailable(host, `it answers ${response.status}${remedies[response.status] ?? ''}`);
    return { text, link: response.headers.get('link') ?? '' };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PolyphonError && error.code === 'SRC8101') throw error;
    throw unavailable(host, error instanceof PolyphonError ? error.message : 'the connection failed', error);
  }
}

function parse(text: string, host: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unexpected(host, 'its answer is not JSON', error);
  }
}

function numbered(
  url: string,
  page: { readonly parameter: string; readonly first: number; readonly step: number },
  count: number,
): string {
  const address = new URL(url);
  address.searchParams.set(page.parameter, `${page.first + count * page.step}`);
  return address.href;
}

/** By the field the entry names, else by a `Link: <…>; rel="next"` header. */
function nextOf(header: string, told: unknown, base: string): string | undefined {
  const linked = header.split(/,\s*(?=<)/).find((part) => /;\s*rel="?next\b/i.test(part));
  const href = typeof told === 'string' && told !== '' ? told : /<([^>]*)>/.exec(linked ?? '')?.[1];
  if (href === undefined) return undefined;
  return URL.canParse(href, base) ? new URL(href, base).href : undefined;
}

function unavailable(host: string, reason: string, cause?: unknown): PolyphonError {
  return new PolyphonError(
    'SRC8101',
    `${host} could not be read: ${reason.replace(/\.$/, '')}. The documents it gave before stay; it is tried again later.`,
    { cause },
  );
}

export function unexpected(host: string, what: string, cause?: unknown): PolyphonError {
  return new PolyphonError('SRC8105', `${host}: ${what}. Compare its answer with the entry under \`knowledge:\`.`, {
    cause,
  });
}
