import { createHash } from 'node:crypto';

/** What the next reading needs to ask whether a page has changed. Written into the document's version. */
export interface PageVersion {
  /** Of the settings it was read under. */
  readonly mark: string;
  /** Of the text; the same where only the frame of the page changed. */
  readonly hash: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Clicks from the first page. */
  readonly depth: number;
  readonly mediaType: string;
}

const longestTag = 200;

export function writeVersion({ mark, hash, etag = '', lastModified = '', depth, mediaType }: PageVersion): string {
  const parts = [mark, hash, etag.length > longestTag ? '' : etag, lastModified, `${depth}`, mediaType];
  return parts.map(encodeURIComponent).join(' ');
}

/** Undefined where it was not written here, as of a page that could not be read. */
export function readVersion(text: string): PageVersion | undefined {
  const parts = text.split(' ');
  if (parts.length !== 6) return undefined;
  const [mark = '', hash = '', etag = '', lastModified = '', depth = '0', mediaType = ''] =
    parts.map(decodeURIComponent);
  const told = { etag: etag || undefined, lastModified: lastModified || undefined };
  return { mark, hash, ...told, depth: Number(depth), mediaType };
}

export function hashOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 24);
}
