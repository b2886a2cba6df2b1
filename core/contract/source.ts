/** Where documents come from. A source lists and reads; the kernel extracts, splits, embeds and indexes. */
export interface Source {
  /**
   * `in-background`: listing asks another machine and may take minutes. It is listed beside the tenant's files, at first, when its
   * entry changes, when its `refresh:` is due and when a person asks; `at-once` (the default) each time the files are read.
   */
  readonly pace?: 'at-once' | 'in-background';
  /**
   * Every document that exists now. One that is no longer listed leaves the index; when the list throws, all stay.
   * `before` is what the last ingest stored, version by id: enough to ask only for what changed.
   */
  list(signal: AbortSignal, before?: ReadonlyMap<string, string>): AsyncIterable<SourceDocument>;
}

export interface SourceDocument {
  /** Stable within the source: a path, a URL. */
  readonly id: string;
  readonly title: string;
  /** IANA media type. */
  readonly mediaType: string;
  /**
   * Any text that is another one when the content is, and costs less than reading it: an ETag, or size and modification time. The same
   * as at the last ingest: not read. Another: read, and taken in anew if the bytes have changed. Never empty.
   */
  readonly version: string;
  readonly url?: string;
  /** LiquidJS template that turns one row of a table into a sentence. */
  readonly rowTemplate?: string;
  /** BCP 47, where the source knows it. */
  readonly language?: string;
  read(signal: AbortSignal): Promise<Uint8Array>;
}

export interface SourceGrants {
  readonly folder: TenantFolder;
}

/** The tenant's own folder. No path or link leads out of it. */
export interface TenantFolder {
  /**
   * Regular files that match, sorted, relative with `/`. `pattern` is a glob with `**`, `*`, `?` and `{a,b}`. A link that leads out is
   * among them with no bytes: reading it says so.
   */
  glob(pattern: string, signal: AbortSignal): Promise<readonly FolderFile[]>;
  read(path: string, limits: { readonly maxBytes: number }, signal: AbortSignal): Promise<Uint8Array>;
  /**
   * The same as text: UTF-8, UTF-16, else as older office programs write in their script. Line ends become `\n`.
   * @throws PolyphonError KNW8003 for bytes that are no text.
   */
  readText(path: string, limits: { readonly maxBytes: number }, signal: AbortSignal): Promise<string>;
}

export interface FolderFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAtMs: number;
}
