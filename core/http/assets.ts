import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Exchange } from './exchange.ts';

const gzipped = promisify(gzip);

const mediaTypes: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  map: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  webp: 'image/webp',
  woff2: 'font/woff2',
};
const compressible = /^(?:text\/|application\/json|image\/svg)/;
const safeSegment = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;
const maxBytes = 4_194_304;
const maxCached = 64;

interface Asset {
  /** Changes when the file does. */
  readonly version: string;
  /** SHA-256 of the content, hex. */
  readonly hash: string;
  readonly plain: Buffer;
  readonly gzip: Buffer | undefined;
}

/** Files of the built browser code. Read once a version, so that a rebuild shows without a restart. */
export interface Assets {
  /** Undefined when there is no such file. `path` is decoded segments below the folder. */
  serve(exchange: Exchange, path: readonly string[]): Promise<Response | undefined>;
}

export function createAssets(directory: string): Assets {
  const cache = new Map<string, Asset>();
  return {
    async serve(exchange, path) {
      if (path.length === 0 || path.length > 4 || !path.every((segment) => safeSegment.test(segment))) return undefined;
      const name = path.at(-1) ?? '';
      const mediaType = mediaTypes[name.split('.').at(-1) ?? ''];
      if (mediaType === undefined) return undefined;
      const asset = await load(join(directory, ...path), mediaType);
      if (asset === undefined) return undefined;
      const zip = asset.gzip !== undefined && acceptsGzip(exchange.request.headers['accept-encoding']);
      const etag = `"${asset.hash.slice(0, 24)}${zip ? '-gz' : ''}"`;
      const headers = {
        etag,
        vary: 'accept-encoding',
        'cache-control': isPinned(exchange, asset.hash) ? 'public, max-age=31536000, immutable' : 'public, no-cache',
      };
      if (matchesTag(exchange.request.headers['if-none-match'], etag))
        return new Response(null, { status: 304, headers });
      return new Response(new Uint8Array(zip && asset.gzip ? asset.gzip : asset.plain), {
        headers: { ...headers, 'content-type': mediaType, ...(zip ? { 'content-encoding': 'gzip' } : {}) },
      });
    },
  };

  async function load(file: string, mediaType: string): Promise<Asset | undefined> {
    try {
      const [real, root] = await Promise.all([realpath(file), realpath(directory)]);
      if (!real.startsWith(root + sep)) return undefined;
      const facts = await stat(real);
      if (!facts.isFile() || facts.size > maxBytes) return undefined;
      const version = `${facts.size.toString(36)}-${Math.trunc(facts.mtimeMs).toString(36)}`;
      const known = cache.get(real);
      if (known?.version === version) return known;
      const plain = await readFile(real);
      const hash = createHash('sha256').update(plain).digest('hex');
      const asset = { version, hash, plain, gzip: compressible.test(mediaType) ? await gzipped(plain) : undefined };
      if (cache.size >= maxCached) cache.clear();
      cache.set(real, asset);
      return asset;
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
        return undefined;
      throw error;
    }
  }
}

/** The address names the content by its hash, so that what it gives never changes. Files of the build have fixed names. */
function isPinned(exchange: Exchange, hash: string): boolean {
  const wanted = exchange.query.get('v') ?? '';
  return wanted.length >= 8 && hash.startsWith(wanted);
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  return /(?:^|,)\s*(?:gzip|\*)\s*(?:$|,|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))/i.test(String(header ?? ''));
}

function matchesTag(header: string | undefined, etag: string): boolean {
  return (
    header !== undefined &&
    (header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
  );
}
