import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Logger, PolyphonError } from 'polyphon/plugin';
import type { PageReader } from './page-reader.ts';
import type { SiteClient } from './site-client.ts';

const unzip = promisify(gunzip);
/** By the protocol a sitemap has at most 50 MB and 50,000 addresses. */
const maxBytes = 16 * 1024 * 1024;
const maxUnpackedBytes = 50 * 1024 * 1024;
const maxFiles = 50;

/** Addresses from the sitemaps, those of an index included, until there are `limit`. One that cannot be read is left out. */
export async function readSitemaps(
  addresses: readonly string[],
  services: { readonly client: SiteClient; readonly reader: PageReader; readonly log: Logger },
  limit: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const waiting = [...new Set(addresses)];
  const seen = new Set(waiting);
  const pages: string[] = [];
  for (let files = 0; files < maxFiles && pages.length < limit; files += 1) {
    const address = waiting.shift();
    if (address === undefined) break;
    try {
      const bytes = await services.client.file(address, maxBytes, signal);
      if (bytes === undefined) continue;
      const read = await services.reader.sitemap(await unpacked(bytes), signal);
      pages.push(...read.pages.slice(0, limit - pages.length));
      for (const inner of read.sitemaps) {
        if (seen.has(inner) || seen.size > maxFiles) continue;
        seen.add(inner);
        waiting.push(inner);
      }
    } catch (error) {
      signal.throwIfAborted();
      services.log.warn('a sitemap could not be read', {
        code: error instanceof PolyphonError ? error.code : 'SRC8103',
      });
    }
  }
  return pages;
}

async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const whole = await unzip(bytes, { maxOutputLength: maxUnpackedBytes });
  return new Uint8Array(whole);
}
