import { createHash } from 'node:crypto';

/** The same for the same place in the same document, so that a citation stays good when another document is read again. */
export function chunkId(source: string, document: string, ordinal: number): string {
  const place = createHash('sha256').update(`${source}\0${document}`).digest('hex').slice(0, 10);
  return `${place}-${ordinal}`;
}
