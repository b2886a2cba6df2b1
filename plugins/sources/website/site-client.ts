import { type Clock, type Http, PolyphonError } from 'polyphon/plugin';
import type { PageVersion } from './page-version.ts';
import type { SiteSettings } from './settings.ts';

export type Fetched =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'content'; readonly content: PageContent }
  /** The site says that there is no such page. */
  | { readonly kind: 'gone' }
  /** There is one, but not a text. */
  | { readonly kind: 'no-text' }
  | { readonly kind: 'failed'; readonly error: PolyphonError; readonly isSite: boolean };

export interface PageContent {
  /** After redirects. */
  readonly url: string;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly contentType: string;
  readonly robots: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

const textTypes: ReadonlySet<string> = new Set([
  'text/html',
  'application/xhtml+xml',
  'text/plain',
  'text/markdown',
  'text/csv',
  'text/tab-separated-values',
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
]);
/** What servers say of a file that they know nothing about, or want to be saved; its name tells more. */
const unknownTypes: ReadonlySet<string> = new Set([
  'application/octet-stream',
  'binary/octet-stream',
  'application/force-download',
  'application/x-download',
  'application/download',
]);
const typesByEnding: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  md: 'text/markdown',
};
const pageTimeoutMs = 30_000;

/** Asks one site, one request after the other, with the delay between them that is polite. */
export class SiteClient {
  readonly #http: Http;
  readonly #clock: Clock;
  readonly #settings: SiteSettings;
  #delayMs: number;
  #nextAtMs = 0;
  #bytes = 0;

  constructor(options: { readonly http: Http; readonly clock: Clock; readonly settings: SiteSettings }) {
    this.#http = options.http;
    this.#clock = options.clock;
    this.#settings = options.settings;
    this.#delayMs = options.settings.delayMs;
  }

  /** Of all answers so far. */
  get bytes(): number {
    return this.#bytes;
  }

  slowDownTo(delayMs: number): void {
    this.#delayMs = Math.max(this.#delayMs, delayMs);
  }

  /** @throws only what the signal aborts with. */
  async page(address: string, version: PageVersion | undefined, signal: AbortSignal): Promise<Fetched> {
    try {
      const answer = await this.#ask(address, conditions(version), this.#settings.maxPageBytes, signal);
      return await this.#judge(answer, version);
    } catch (error) {
      signal.throwIfAborted();
      const code = error instanceof PolyphonError ? error.code : 'NET6004';
      return failed(reasonOf(error), code === 'NET6002' || code === 'NET6004', error);
    }
  }

  /** A file of the site's own, as robots.txt: undefined where it has none. @throws PolyphonError NET6xxx or SRC8101. */
  async file(address: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const answer = await this.#ask(address, {}, maxBytes, signal);
    if (answer.ok) {
      const bytes = new Uint8Array(await answer.arrayBuffer());
      this.#bytes += bytes.byteLength;
      return bytes;
    }
    await answer.body?.cancel();
    if (answer.status < 500 && answer.status !== 429) return undefined;
    throw new PolyphonError(
      'SRC8101',
      `${new URL(address).host} answers ${answer.status}. The next reading tries again.`,
    );
  }

  async #ask(
    address: string,
    headers: Readonly<Record<string, string>>,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Response> {
    const waitMs = this.#nextAtMs - this.#clock.monotonicMs();
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
    try {
      return await this.#http.fetch(address, {
        headers: {
          'user-agent': this.#settings.userAgent,
          accept: 'text/html,application/xhtml+xml,*/*;q=0.5',
          ...headers,
        },
        signal,
        timeoutMs: pageTimeoutMs,
        maxBytes,
        retry: 'idempotent',
      });
    } finally {
      this.#nextAtMs = this.#clock.monotonicMs() + this.#delayMs;
    }
  }

  async #judge(answer: Response, version: PageVersion | undefined): Promise<Fetched> {
    const { status, headers } = answer;
    const contentType = headers.get('content-type') ?? '';
    const mediaType = mediaTypeOf(contentType, answer.url);
    if (status !== 200 || !textTypes.has(mediaType)) {
      await answer.body?.cancel();
      if (status === 304 && version !== undefined) return { kind: 'unchanged' };
      if (status === 404 || status === 410) return { kind: 'gone' };
      if (status === 200) return { kind: 'no-text' };
      return failed(`The site answers ${status}.`, status >= 500 || status === 429);
    }
    const bytes = new Uint8Array(await answer.arrayBuffer());
    this.#bytes += bytes.byteLength;
    const content: PageContent = {
      url: answer.url,
      bytes,
      mediaType,
      contentType,
      robots: headers.get('x-robots-tag') ?? '',
      etag: headers.get('etag') ?? undefined,
      lastModified: headers.get('last-modified') ?? undefined,
    };
    return { kind: 'content', content };
  }
}

function mediaTypeOf(contentType: string, address: string): string {
  const told = (contentType.split(';')[0] ?? '').trim().toLowerCase() || 'text/html';
  if (!unknownTypes.has(told)) return told;
  const { pathname } = new URL(address);
  return typesByEnding[pathname.slice(pathname.lastIndexOf('.') + 1).toLowerCase()] ?? told;
}

function conditions(version: PageVersion | undefined): Readonly<Record<string, string>> {
  return {
    ...(version?.etag === undefined ? {} : { 'if-none-match': version.etag }),
    ...(version?.lastModified === undefined ? {} : { 'if-modified-since': version.lastModified }),
  };
}

function failed(reason: string, isSite: boolean, cause?: unknown): Fetched {
  const message = `The page could not be fetched. ${reason} What is known of it stays; the next reading tries again.`;
  return { kind: 'failed', error: new PolyphonError('SRC8103', message, cause === undefined ? {} : { cause }), isSite };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof PolyphonError)) return 'The connection failed.';
  return error.code === 'NET6003'
    ? 'It is larger than `maxPageSize:` allows: raise that, or leave the page out by `exclude:`.'
    : error.message;
}
