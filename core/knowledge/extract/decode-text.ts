import { PolyphonError } from '../../contract/index.ts';
import { guessEncoding } from './guess-encoding.ts';

/**
 * Bytes to text: UTF-8, UTF-16, else what older office programs write, as Windows-1252 or Windows-1251. Line ends become `\n`.
 * @throws PolyphonError KNW8003 for bytes that are no text.
 */
export function decodeText(bytes: Uint8Array): string {
  const text = decode(bytes);
  if (!isText(text)) {
    throw new PolyphonError(
      'KNW8003',
      'The file is no text, whatever its name says: a picture, an archive or a program. Save it as text, or give it the ending that fits.',
    );
  }
  return text.replace(/\r\n?/g, '\n').replaceAll('\0', '');
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const unmarked = unmarkedUtf16(bytes);
  if (unmarked !== undefined) return new TextDecoder(unmarked).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder(guessEncoding(bytes)).decode(bytes);
  }
}

/** So many bytes show how a file is written. */
const lookedAt = 4096;

/** In a Latin script every second byte of UTF-16 is nought, which no other text has. */
function unmarkedUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const pairs = Math.floor(Math.min(bytes.length, lookedAt) / 2);
  let [first, second] = [0, 0];
  for (let pair = 0; pair < pairs; pair += 1) {
    if (bytes[2 * pair] === 0) first += 1;
    if (bytes[2 * pair + 1] === 0) second += 1;
  }
  if (pairs < 4 || Math.max(first, second) < 0.7 * pairs || Math.min(first, second) > 0.05 * pairs) return undefined;
  return second > first ? 'utf-16le' : 'utf-16be';
}

/** Of random bytes about every tenth is a control character when it is read as Windows-1252; of a text hardly any. */
const controlShare = 0.02;
/** A stray one or two stand in texts that were copied together. */
const strayControls = 3;

/** PDF, zip and with it Office, PNG, GIF, JPEG: as read by `decode`. */
const knownStarts = ['%PDF-', 'PK\x03\x04', '‰PNG', 'GIF87a', 'GIF89a', 'ÿØÿ'];

function isText(text: string): boolean {
  if (knownStarts.some((start) => text.startsWith(start))) return false;
  const most = Math.max(strayControls, controlShare * text.length);
  let controls = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isControl = (code < 0x20 && (code < 0x09 || code > 0x0d)) || (code >= 0x7f && code < 0xa0) || code === 0xfffd;
    if (isControl && code !== 0x85) controls += 1;
  }
  return controls <= most;
}
