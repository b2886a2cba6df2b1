import type { ModelImage } from '../../contract/index.ts';

/** Formats that models take, by how a file begins. Moving ones are none: most services refuse them. */
export function pictureTypeOf(bytes: Uint8Array): ModelImage['mediaType'] | undefined {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begins = (text: string, at = 0): boolean => data.toString('latin1', at, at + text.length) === text;
  if (begins('\xff\xd8\xff')) return 'image/jpeg';
  if (begins('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (begins('GIF87a') || begins('GIF89a')) return data.includes('NETSCAPE2.0') ? undefined : 'image/gif';
  if (begins('RIFF') && begins('WEBP', 8)) return isMoving(data) ? undefined : 'image/webp';
  return undefined;
}

/** The second bit of the flags of an extended WebP: https://developers.google.com/speed/webp/docs/riff_container. */
function isMoving(webp: Buffer): boolean {
  return webp.toString('latin1', 12, 16) === 'VP8X' && ((webp[20] ?? 0) & 2) !== 0;
}
