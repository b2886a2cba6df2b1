import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { PolyphonError } from '../contract/index.ts';

/**
 * The absolute path, size and modification time of a regular file inside `root`.
 * @throws PolyphonError BOT1025, BOT1026.
 */
export async function locate(
  root: string,
  path: string,
): Promise<{ readonly absolute: string; readonly bytes: number; readonly modifiedAtMs: number }> {
  const inside = insidePath(path);
  if (inside === undefined) throw leadsOut(path);
  try {
    const realRoot = await realpath(root);
    const absolute = await realpath(join(realRoot, inside));
    refuseOutside(realRoot, absolute, path, 'refuse');
    const stats = await stat(absolute);
    if (!stats.isFile()) throw notRegular(path);
    return { absolute, bytes: stats.size, modifiedAtMs: stats.mtimeMs };
  } catch (error) {
    throw error instanceof PolyphonError ? error : unreadable(path, error);
  }
}

/**
 * As `locate` and `readBounded` in one, at once: four calls that take 20 µs together where their asynchronous forms take ten
 * times that, and a thousand tenants have ten such files each. For definitions, prompts and secrets; never for documents.
 * @throws PolyphonError BOT1025, BOT1026.
 */
export function readSmallFile(
  root: string,
  path: string,
  { maxBytes, hidden }: { readonly maxBytes: number; readonly hidden: 'allow' | 'refuse' },
): Uint8Array {
  const inside = insidePath(path, { hidden });
  if (inside === undefined) throw leadsOut(path);
  let descriptor: number | undefined;
  try {
    const realRoot = realpathSync.native(root);
    const absolute = realpathSync.native(join(realRoot, inside));
    refuseOutside(realRoot, absolute, path, hidden);
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    descriptor = openSync(absolute, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw notRegular(path);
    if (stats.size > maxBytes) throw tooLarge(path, stats.size, maxBytes);
    return readFileSync(descriptor);
  } catch (error) {
    throw error instanceof PolyphonError ? error : unreadable(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Reads a file whose size may change meanwhile, and never more than `maxBytes`. */
export async function readBounded(absolute: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted();
  // Without O_NONBLOCK, opening a pipe would wait for its writer, and hold a thread of the pool meanwhile.
  await using handle = await open(absolute, constants.O_RDONLY | constants.O_NONBLOCK);
  const stats = await handle.stat();
  if (!stats.isFile() || stats.size > maxBytes) {
    throw new PolyphonError('BOT1026', `A file has grown past ${maxBytes} bytes while it was read. Split it.`);
  }
  const buffer = new Uint8Array(stats.size);
  let length = 0;
  while (length < buffer.length) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

/** `path` normalised when it stays inside and names nothing hidden; else undefined. */
export function insidePath(
  path: string,
  { hidden }: { readonly hidden: 'allow' | 'refuse' } = { hidden: 'refuse' },
): string | undefined {
  if (path === '' || path.includes('\0') || path.includes('\\') || isAbsolute(path)) return undefined;
  const inside = normalize(path);
  const parts = inside.split('/');
  if (parts[0] === '..' || (hidden === 'refuse' && parts.some((part) => part.startsWith('.')))) return undefined;
  return inside;
}

export function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

export function leadsOut(path: string): PolyphonError {
  return new PolyphonError(
    'BOT1025',
    `${path}: the path leads out of the tenant's folder or to a hidden file. Keep files inside the folder, and name them relative to it.`,
  );
}

export function tooLarge(path: string, bytes: number, maxBytes: number): PolyphonError {
  return new PolyphonError(
    'BOT1026',
    `${path}: the file has ${bytes} bytes, and at most ${maxBytes} are read. Split it, or take it out.`,
    { data: { bytes, maxBytes } },
  );
}

function notRegular(path: string): PolyphonError {
  return new PolyphonError('BOT1026', `${path}: this is not a regular file. Name a file of the folder.`);
}

/** `cause` tells a file that is missing from one that may not be read. */
function unreadable(path: string, cause: unknown): PolyphonError {
  return new PolyphonError(
    'BOT1026',
    `${path}: no such file can be read in the folder. Create it, or correct the path.`,
    { cause },
  );
}

function refuseOutside(realRoot: string, absolute: string, path: string, hidden: 'allow' | 'refuse'): void {
  if (!isWithin(realRoot, absolute)) throw leadsOut(path);
  const inner = absolute.slice(realRoot.length + 1).split(sep);
  if (hidden === 'refuse' && inner.some((part) => part.startsWith('.'))) throw leadsOut(path);
}
