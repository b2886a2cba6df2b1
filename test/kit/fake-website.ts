import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { listen } from './listening-server.ts';

/** A website on a real port, with its own log: the judge of what was asked for, and how often. */
export interface FakeWebsite extends AsyncDisposable {
  /** As in `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** `host:port`, for `http.allowPrivate`. */
  readonly address: string;
  readonly requests: readonly FakeVisit[];
  /** By path with query. */
  set(path: string, page: FakePage): void;
  remove(path: string): void;
  /** Every answer is this status from now on; undefined ends it. */
  failWith(status: number | undefined): void;
  forgetRequests(): void;
  /** Paths that were asked for, in order, without robots.txt and sitemaps. */
  visited(): readonly string[];
}

export interface FakeVisit {
  readonly path: string;
  readonly status: number;
  readonly atMs: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A text is the whole HTML of a page. */
export type FakePage =
  | string
  | {
      readonly html?: string;
      readonly body?: Uint8Array | string;
      readonly type?: string;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Answered with 304 where the client has it. */
      readonly etag?: string;
      /** Answered with 304 where the client has it. */
      readonly lastModified?: string;
      readonly redirect?: string;
      /** So many bytes of text after the beginning of the page, without a length. */
      readonly endless?: number;
      /** Never answered. */
      readonly silent?: 'yes';
    };

export async function startFakeWebsite(pages: Readonly<Record<string, FakePage>> = {}): Promise<FakeWebsite> {
  const site = new Map(Object.entries(pages));
  const requests: FakeVisit[] = [];
  let down: number | undefined;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    const page = site.get(path);
    const described = typeof page === 'string' ? { html: page } : page;
    const status = down ?? (described === undefined ? 404 : statusOf(described, request));
    requests.push({ path, status, atMs: performance.now(), headers: request.headers });
    if (described?.silent === 'yes') return;
    if (described === undefined || down !== undefined) {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Not here</h1>');
      return;
    }
    response.writeHead(status, headersOf(described, path));
    if (status === 304) response.end();
    else if (described.endless === undefined) response.end(described.body ?? described.html ?? '');
    else await pipeline(Readable.from(words(described.endless)), response).catch(() => undefined);
  };

  const server = await listen(answer);
  return {
    origin: server.origin,
    address: server.host,
    requests,
    set: (path, page) => void site.set(path, page),
    remove: (path) => void site.delete(path),
    failWith: (status) => {
      down = status;
    },
    forgetRequests: () => void requests.splice(0),
    visited: () =>
      requests.map(({ path }) => path).filter((path) => !/^\/(robots\.txt|[\w-]*sitemap[\w.-]*)$/.test(path)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function headersOf(page: Exclude<FakePage, string>, path: string): Record<string, string> {
  const usual = path.endsWith('.xml')
    ? 'application/xml'
    : path.endsWith('.txt')
      ? 'text/plain'
      : 'text/html; charset=utf-8';
  return {
    'content-type': page.type ?? usual,
    ...(page.etag === undefined ? {} : { etag: page.etag }),
    ...(page.lastModified === undefined ? {} : { 'last-modified': page.lastModified }),
    ...(page.redirect === undefined ? {} : { location: page.redirect }),
    ...page.headers,
  };
}

function statusOf(page: Exclude<FakePage, string>, request: IncomingMessage): number {
  if (page.redirect !== undefined) return page.status ?? 302;
  const { 'if-none-match': tag, 'if-modified-since': since } = request.headers;
  const isKnown =
    tag === undefined ? page.lastModified !== undefined && since === page.lastModified : tag === page.etag;
  return isKnown ? 304 : (page.status ?? 200);
}

function* words(bytes: number): Generator<string> {
  const part = 'Words without end. '.repeat(500);
  yield '<html><body><p>';
  for (let sent = 0; sent < bytes; sent += part.length) yield part;
}

/** A page with a heading, paragraphs and links, inside the frame that sites have. */
export function fakePage(options: {
  readonly title: string;
  readonly text: string;
  readonly links?: readonly string[];
  readonly language?: string;
  readonly head?: string;
}): string {
  const { title, text, links = [], language = 'en', head = '' } = options;
  const anchors = links.map((link) => `<li><a href="${link}">${link}</a></li>`).join('');
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${title}</title>${head}</head><body>
<header><nav><ul>${anchors}</ul></nav></header><div class="content"><h1>${title}</h1><p>${text}</p></div>
<aside>We use cookies on every page.</aside><footer>Imprint of the company, telephone, address.</footer></body></html>`;
}
