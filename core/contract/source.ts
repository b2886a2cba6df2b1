/** Where documents come from. A source lists and reads; the kernel extracts, splits, embeds and indexes. */
export interface Source {
  /** Every document that exists now. One that is no longer listed leaves the index. */
  list(signal: AbortSignal): AsyncIterable<SourceDocument>;
}

export interface SourceDocument {
  /** Stable within the source: a path, a URL. */
  readonly id: string;
  readonly title: string;
  /** IANA media type. */
  readonly mediaType: string;
  /** Changes when the content does, and costs less than reading it: an ETag, or size and modification time. */
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
  /** Regular files that match, sorted, relative with `/`. `pattern` is a glob with `**`, `*`, `?` and `{a,b}`. */
  glob(pattern: string, signal: AbortSignal): Promise<readonly FolderFile[]>;
  read(path: string, limits: { readonly maxBytes: number }, signal: AbortSignal): Promise<Uint8Array>;
}
export interface FolderFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAtMs: number;
}
