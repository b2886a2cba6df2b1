import { type Clock, PolyphonError, type SourceDocument } from 'polyphon/plugin';
import { PageReader } from './page-reader.ts';
import { hashOf, readVersion, writeVersion } from './page-version.ts';
import { headerRules } from './robots-rules.ts';
import type { SiteSettings } from './settings.ts';
import type { PageContent, SiteClient } from './site-client.ts';

/** Texts kept between listing and reading, all together; beyond it a page is fetched a second time. */
const maxHeldBytes = 32 * 1024 * 1024;

const isPage = (mediaType: string): boolean => mediaType === 'text/html' || mediaType === 'application/xhtml+xml';

/** Makes documents of pages. */
export class SiteDocuments {
  readonly #settings: SiteSettings;
  readonly #client: SiteClient;
  readonly #reader: PageReader;
  readonly #clock: Clock;
  readonly #agent: string;
  #heldBytes = 0;

  constructor(options: {
    readonly settings: SiteSettings;
    readonly client: SiteClient;
    readonly reader: PageReader;
    readonly clock: Clock;
    readonly agent: string;
  }) {
    this.#settings = options.settings;
    this.#client = options.client;
    this.#reader = options.reader;
    this.#clock = options.clock;
    this.#agent = options.agent;
  }

  /** `document` is undefined where the page asks not to be indexed. @throws PolyphonError SRC8103. */
  async read(
    content: PageContent,
    at: { readonly address: string; readonly depth: number },
    signal: AbortSignal,
  ): Promise<{
    readonly document: SourceDocument | undefined;
    readonly hash: string;
    readonly links: readonly string[];
    readonly canonical: string | undefined;
  }> {
    const { etag, lastModified, mediaType } = content;
    const text = await this.#textOf(content, this.#reader, signal);
    const hash = hashOf(text.bytes);
    const { links, canonical } = text;
    if (text.index === 'no') return { document: undefined, hash, links, canonical };
    const type = isPage(mediaType) ? 'text/html' : mediaType;
    const version = writeVersion({
      mark: this.#settings.mark,
      hash,
      etag,
      lastModified,
      depth: at.depth,
      mediaType: type,
    });
    const isHeld = this.#heldBytes + text.bytes.byteLength <= maxHeldBytes;
    if (isHeld) this.#heldBytes += text.bytes.byteLength;
    const held = isHeld ? text.bytes : undefined;
    const document: SourceDocument = {
      ...this.#describe(at.address, type),
      version,
      read: (later) => (held === undefined ? this.#fetch(at.address, later) : Promise.resolve(held.slice())),
    };
    return { document, hash, links, canonical };
  }

  unchanged(address: string, version: string): SourceDocument {
    return {
      ...this.#describe(address, readVersion(version)?.mediaType || 'text/html'),
      version,
      read: (signal) => this.#fetch(address, signal),
    };
  }

  /** Keeps what is known of the page, and tells what is wrong. */
  failing(address: string, error: PolyphonError): SourceDocument {
    return { ...this.#describe(address, 'text/html'), version: '', read: () => Promise.reject(error) };
  }

  /** Title and language stand in the page itself, so that a page that was not fetched looks the same as before. */
  #describe(address: string, mediaType: string): Omit<SourceDocument, 'version' | 'read'> {
    const { language } = this.#settings;
    const { host, pathname } = new URL(address);
    return {
      id: address,
      title: pathname === '/' ? host : pathname,
      mediaType,
      url: address,
      ...(language === undefined ? {} : { language }),
    };
  }

  async #fetch(address: string, signal: AbortSignal): Promise<Uint8Array> {
    const fetched = await this.#client.page(address, undefined, signal);
    if (fetched.kind === 'failed') throw fetched.error;
    if (fetched.kind !== 'content')
      throw new PolyphonError('SRC8103', 'The page was there and is gone. The next reading takes it out.');
    await using reader = new PageReader(this.#clock);
    return (await this.#textOf(fetched.content, reader, signal)).bytes;
  }

  async #textOf(content: PageContent, reader: PageReader, signal: AbortSignal) {
    if (!isPage(content.mediaType)) {
      const rules = headerRules(content.robots, this.#agent);
      const index = rules.includes('noindex') || rules.includes('none') ? ('no' as const) : ('yes' as const);
      return { bytes: content.bytes, index, links: [], canonical: undefined };
    }
    const { bytes, url, contentType, robots } = content;
    const { html, index, links, canonical } = await reader.page(
      { bytes, url, contentType, robots, agent: this.#agent },
      signal,
    );
    return { bytes: new TextEncoder().encode(html), index, links, canonical };
  }
}
