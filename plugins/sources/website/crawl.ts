import { type Clock, type Logger, PolyphonError, type SourceDocument } from 'polyphon/plugin';
import type { PageReader } from './page-reader.ts';
import { type PageVersion, readVersion } from './page-version.ts';
import type { Robots } from './robots.ts';
import { looksLikeTrap, pageAddress, Scope } from './scope.ts';
import type { SiteSettings } from './settings.ts';
import type { Fetched, PageContent, SiteClient } from './site-client.ts';
import type { SiteDocuments } from './site-documents.ts';
import { readSitemaps } from './sitemaps.ts';

/** Answers of one reading, all together. */
const maxTotalBytes = 512 * 1024 * 1024;
/** Pages that fail one after the other until the site counts as down. */
const maxFailuresInRow = 8;
/** Pages asked for, against pages that become documents: the rest are copies, redirects and pages that say not to index them. */
const askedPerDocument = 4;

export interface CrawlServices {
  readonly settings: SiteSettings;
  readonly client: SiteClient;
  readonly robots: Robots;
  readonly reader: PageReader;
  readonly documents: SiteDocuments;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Step {
  readonly address: string;
  readonly depth: number;
}

/** Of a page that could not be read so far: its links count as those of the first page's pages do. */
const unknownDepth = 1;

/** One reading of a site. Pages known from the last one are asked for first, with the question whether they changed. */
export class Crawl {
  readonly #services: CrawlServices;
  readonly #before: ReadonlyMap<string, string>;
  readonly #known = new Map<string, PageVersion>();
  readonly #queue: Step[] = [];
  readonly #seen = new Set<string>();
  /** Documents by id, and texts by hash: the same text under two addresses is one document. */
  readonly #listed = new Set<string>();
  readonly #hashes = new Set<string>();
  readonly #refused = new Set<string>();
  /** Copies whose canonical page has not been seen yet, by its address. */
  readonly #copies = new Map<string, SourceDocument>();
  #asked = 0;
  #failuresInRow = 0;

  constructor(services: CrawlServices, before: ReadonlyMap<string, string>) {
    this.#services = services;
    this.#before = before;
    for (const [id, text] of before) {
      const version = readVersion(text);
      if (version !== undefined) this.#known.set(id, version);
    }
  }

  /** @throws PolyphonError SRC8101 when the site is down, SRC8102 when it forbids its first page. */
  async *run(signal: AbortSignal): AsyncGenerator<SourceDocument> {
    const { settings, client, clock, log } = this.#services;
    using deadline = clock.deadline(settings.maxDurationMs);
    const first = await this.#enter(signal);
    const scope = new Scope(first.origin, settings);
    yield* this.#take({ address: first.address, depth: 0 }, first.fetched, scope, signal);
    await this.#fillQueue(first, scope, signal);
    const limit = () => (deadline.signal.aborted ? 'maxDuration' : client.bytes > maxTotalBytes ? 'bytes' : undefined);
    while (this.#queue.length > 0 && limit() === undefined && this.#hasRoom()) {
      const step = this.#queue.shift();
      if (step !== undefined) yield* this.#visit(step, scope, first.origin, signal);
    }
    for (const [canonical, copy] of this.#copies) {
      if (!this.#listed.has(canonical) && !this.#refused.has(canonical)) yield* this.#list(copy);
    }
    if (!this.#queue.some(({ address }) => scope.takes(address) && !looksLikeTrap(address))) return;
    const cut = this.#hasRoom() ? limit() : 'maxPages';
    log.warn('reading a website ended at a limit', { limit: cut, documents: this.#listed.size });
    if (cut === 'maxPages') return;
    // What was not reached stays as it was.
    const waiting = new Set(this.#queue.map(({ address }) => address));
    for (const id of this.#before.keys()) if (waiting.has(id) || !this.#seen.has(id)) yield* this.#keep(id);
  }

  #hasRoom(): boolean {
    const { maxPages } = this.#services.settings;
    return this.#listed.size < maxPages && this.#asked < maxPages * askedPerDocument;
  }

  async *#visit(step: Step, scope: Scope, origin: string, signal: AbortSignal): AsyncGenerator<SourceDocument> {
    const { client, robots } = this.#services;
    if (!scope.takes(step.address) || looksLikeTrap(step.address)) return;
    if (!(await robots.allows(step.address, signal))) return;
    this.#asked += 1;
    const fetched = await client.page(step.address, this.#versionUnderTheseRules(step.address), signal);
    this.#watchFailures(fetched, origin);
    yield* this.#take(step, fetched, scope, signal);
  }

  #versionUnderTheseRules(address: string): PageVersion | undefined {
    const version = this.#known.get(address);
    return version?.mark === this.#services.settings.mark ? version : undefined;
  }

  /** The first page says which site it is: it may redirect from the bare name to www. */
  async #enter(signal: AbortSignal) {
    const { settings, client, robots } = this.#services;
    const address = pageAddress(settings.url) ?? settings.url;
    const { origin } = new URL(address);
    const { sitemaps } = await robots.load(origin, signal);
    await this.#demand(address, signal);
    this.#seen.add(address);
    // Whole, for its links: news and menus are there.
    const fetched = await client.page(address, undefined, signal);
    if (fetched.kind === 'failed' || fetched.kind === 'gone' || fetched.kind === 'no-text') {
      const reason =
        fetched.kind === 'failed'
          ? fetched.error.message
          : `The first page is ${fetched.kind === 'gone' ? 'not there' : 'no text'}.`;
      throw new PolyphonError(
        'SRC8101',
        `${new URL(address).host}: the first page could not be read. ${reason} The documents it gave before stay.`,
        fetched.kind === 'failed' ? { cause: fetched.error } : {},
      );
    }
    const final = fetched.kind === 'content' ? (pageAddress(fetched.content.url) ?? address) : address;
    const finalOrigin = new URL(final).origin;
    if (finalOrigin === origin) return { address, fetched, origin, sitemaps };
    const there = await robots.load(finalOrigin, signal);
    await this.#demand(final, signal);
    return { address, fetched, origin: finalOrigin, sitemaps: there.sitemaps };
  }

  async #demand(address: string, signal: AbortSignal): Promise<void> {
    const { robots } = this.#services;
    if (await robots.allows(address, signal)) return;
    throw new PolyphonError(
      'SRC8102',
      `${new URL(address).host}: robots.txt forbids the first page to ${robots.agent}. Allow it there, or name another page in \`url:\`.`,
    );
  }

  /** What is known comes before the links of the first page, which `#take` has queued. */
  async #fillQueue(
    first: { readonly origin: string; readonly sitemaps: readonly string[] },
    scope: Scope,
    signal: AbortSignal,
  ): Promise<void> {
    const { settings, client, reader, log } = this.#services;
    const links = this.#queue.splice(0);
    for (const { address } of links) this.#seen.delete(address);
    const known = [...this.#before.keys()]
      .map((address) => ({ address, depth: this.#known.get(address)?.depth ?? Math.min(unknownDepth, settings.depth) }))
      .sort((a, b) => a.depth - b.depth);
    for (const step of [...known, ...links]) this.#enqueue(step, scope);
    const sitemaps = [...first.sitemaps, `${first.origin}/sitemap.xml`];
    const mapped = await readSitemaps(sitemaps, { client, reader, log }, settings.maxPages * 10, signal);
    for (const href of mapped) this.#enqueue({ address: pageAddress(href) ?? '', depth: 0 }, scope);
  }

  #enqueue(step: Step, scope: Scope): void {
    const { settings } = this.#services;
    if (step.address === '' || this.#seen.has(step.address) || step.depth > settings.depth) return;
    if (this.#seen.size > settings.maxPages * 50 || !scope.reaches(step.address)) return;
    this.#seen.add(step.address);
    this.#queue.push(step);
  }

  #watchFailures(fetched: Fetched, origin: string): void {
    this.#failuresInRow = fetched.kind === 'failed' && fetched.isSite ? this.#failuresInRow + 1 : 0;
    if (fetched.kind !== 'failed' || this.#failuresInRow < maxFailuresInRow) return;
    throw new PolyphonError(
      'SRC8101',
      `${new URL(origin).host}: ${maxFailuresInRow} pages in a row could not be fetched. The documents it gave before stay; the next reading tries again.`,
      { cause: fetched.error },
    );
  }

  async *#take(step: Step, fetched: Fetched, scope: Scope, signal: AbortSignal): AsyncGenerator<SourceDocument> {
    switch (fetched.kind) {
      case 'gone':
      case 'no-text':
        return;
      case 'unchanged':
        yield* this.#keep(step.address);
        return;
      case 'failed':
        yield* this.#list(this.#services.documents.failing(step.address, fetched.error));
        return;
      case 'content': {
        const address = await this.#arrival(step.address, fetched.content.url, scope, signal);
        if (address !== undefined) yield* this.#read({ ...step, address }, fetched.content, scope, signal);
        return;
      }
      default:
        fetched satisfies never;
    }
  }

  /** A page that leads elsewhere is that other page, if it is one of ours and was not read already. */
  async #arrival(asked: string, url: string, scope: Scope, signal: AbortSignal): Promise<string | undefined> {
    const final = pageAddress(url) ?? asked;
    if (final === asked) return asked;
    if (!scope.reaches(final) || !(await this.#services.robots.allows(final, signal))) return undefined;
    const queued = this.#queue.findIndex(({ address }) => address === final);
    if (this.#listed.has(final) || (this.#seen.has(final) && queued === -1)) return undefined;
    this.#seen.add(final);
    if (queued !== -1) this.#queue.splice(queued, 1);
    return final;
  }

  async *#read(step: Step, content: PageContent, scope: Scope, signal: AbortSignal): AsyncGenerator<SourceDocument> {
    const { documents } = this.#services;
    const { address, depth } = step;
    let page: Awaited<ReturnType<SiteDocuments['read']>>;
    try {
      page = await documents.read(content, step, signal);
    } catch (error) {
      signal.throwIfAborted();
      const known = error instanceof PolyphonError ? error : undefined;
      yield* this.#list(
        documents.failing(address, known ?? new PolyphonError('SRC8103', 'The page cannot be read.', { cause: error })),
      );
      return;
    }
    for (const link of page.links) this.#enqueue({ address: pageAddress(link) ?? '', depth: depth + 1 }, scope);
    if (page.document === undefined) this.#refused.add(address);
    if (page.document === undefined || !scope.takes(address)) return;
    const canonical = page.canonical === undefined ? address : (pageAddress(page.canonical) ?? address);
    if (canonical !== address && scope.takes(canonical)) {
      if (!this.#copies.has(canonical)) this.#copies.set(canonical, page.document);
      this.#enqueue({ address: canonical, depth }, scope);
      return;
    }
    if (this.#hashes.has(page.hash)) return;
    this.#hashes.add(page.hash);
    yield* this.#list(page.document);
  }

  *#keep(id: string): Generator<SourceDocument> {
    const version = this.#before.get(id);
    if (version === undefined) return;
    const hash = this.#versionUnderTheseRules(id)?.hash;
    if (hash !== undefined) this.#hashes.add(hash);
    yield* this.#list(this.#services.documents.unchanged(id, version));
  }

  *#list(document: SourceDocument): Generator<SourceDocument> {
    if (this.#listed.has(document.id) || this.#listed.size >= this.#services.settings.maxPages) return;
    this.#listed.add(document.id);
    yield document;
  }
}
