import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, normalize, resolve, sep } from 'node:path';
import { RE2JS } from 're2js';
import { type FolderFile, PolyphonError, type TenantFolder } from '../contract/index.ts';

/** A pattern longer than this is a mistake. */
const maxPatternLength = 1000;
/** A folder with more files than this is not one client's knowledge. */
const maxFiles = 100_000;
const maxDepth = 32;

/**
 * The tenant's own folder. A path or a link that leads out of it is refused; files and folders that begin with a dot
 * (`.secrets.yaml`, `.git`) do not exist for it.
 * @throws PolyphonError from its methods: BOT1025 for a path that leads out, BOT1026 for a file that is missing, too large or
 * not a regular file.
 */
export function openTenantFolder(root: string): TenantFolder {
  return {
    async glob(pattern, signal) {
      const matcher = compileGlob(pattern);
      const realRoot = await realpath(root);
      const files: FolderFile[] = [];
      const start = fixedPrefix(pattern);
      await walk(
        { realRoot, matcher, files, seen: new Set(), signal },
        start,
        start === '' ? 0 : start.split('/').length,
      );
      return files.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    async read(path, { maxBytes }, signal) {
      const { absolute, bytes } = await locate(root, path);
      if (bytes > maxBytes) {
        throw new PolyphonError(
          'BOT1026',
          `${path}: the file has ${bytes} bytes, and at most ${maxBytes} are read. Split it, or take it out.`,
        );
      }
      return readBounded(absolute, maxBytes, signal);
    },
  };
}

/**
 * The absolute path, size and modification time of a regular file inside `root`.
 * @throws PolyphonError BOT1025, BOT1026.
 */
export async function locate(
  root: string,
  path: string,
  options: { readonly hidden: 'allow' | 'refuse' } = { hidden: 'refuse' },
): Promise<{ readonly absolute: string; readonly bytes: number; readonly modifiedAtMs: number }> {
  const inside = insidePath(path, options);
  if (inside === undefined) throw leadsOut(path);
  try {
    const realRoot = await realpath(root);
    const absolute = await realpath(join(realRoot, inside));
    if (!isWithin(realRoot, absolute)) throw leadsOut(path);
    const real = absolute.slice(realRoot.length + 1).split(sep);
    if (options.hidden === 'refuse' && real.some((part) => part.startsWith('.'))) throw leadsOut(path);
    const stats = await stat(absolute);
    if (!stats.isFile())
      throw new PolyphonError('BOT1026', `${path}: this is not a regular file. Name a file of the folder.`);
    return { absolute, bytes: stats.size, modifiedAtMs: stats.mtimeMs };
  } catch (error) {
    if (error instanceof PolyphonError) throw error;
    throw new PolyphonError(
      'BOT1026',
      `${path}: no such file can be read in the folder. Create it, or correct the path.`,
      { cause: error },
    );
  }
}

/** Reads a file whose size may change meanwhile, and never more than `maxBytes`. */
export async function readBounded(absolute: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
  signal?.throwIfAborted();
  await using handle = await open(absolute, 'r');
  const stats = await handle.stat();
  if (!stats.isFile() || stats.size > maxBytes) {
    throw new PolyphonError('BOT1026', `A file has grown past ${maxBytes} bytes while it was read. Split it.`);
  }
  const buffer = new Uint8Array(stats.size);
  let length = 0;
  while (length < buffer.length) {
    signal?.throwIfAborted();
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

/**
 * A linear-time matcher for a glob with `**`, `*`, `?` and `{a,b}` over relative paths with `/`.
 * @throws PolyphonError BOT1025 for a pattern that leads out of the folder, BOT1026 for one that is malformed.
 */
export function compileGlob(pattern: string): { readonly matches: (path: string) => boolean } {
  const bare = pattern.replace(/^\.\//, '');
  if (bare === '' || bare.length > maxPatternLength) {
    throw new PolyphonError(
      'BOT1026',
      `The file pattern is empty or longer than ${maxPatternLength} characters. Write one such as knowledge/**/*.md.`,
    );
  }
  if (bare.startsWith('/') || bare.includes('\\') || bare.includes('\0') || bare.split('/').includes('..'))
    throw leadsOut(pattern);
  let expression = '';
  let braces = 0;
  for (let index = 0; index < bare.length; index++) {
    const character = bare[index] ?? '';
    if (bare.startsWith('**/', index) && (index === 0 || bare[index - 1] === '/')) {
      expression += '(?:[^/]+/)*';
      index += 2;
    } else if (bare.startsWith('**', index)) {
      expression += '.*';
      index += 1;
    } else if (character === '*') expression += '[^/]*';
    else if (character === '?') expression += '[^/]';
    else if (character === '{') {
      braces += 1;
      expression += '(?:';
    } else if (character === '}' && braces > 0) {
      braces -= 1;
      expression += ')';
    } else if (character === ',' && braces > 0) expression += '|';
    else expression += RE2JS.quote(character);
  }
  if (braces > 0) {
    throw new PolyphonError('BOT1026', `The file pattern ${pattern} opens a brace and does not close it. Add the }.`);
  }
  const compiled = RE2JS.compile(`^${expression}$`, RE2JS.DOTALL);
  return { matches: (path) => compiled.matches(path) };
}

interface Walk {
  readonly realRoot: string;
  readonly matcher: { readonly matches: (path: string) => boolean };
  readonly files: FolderFile[];
  /** Real folders already read, so that links inside the folder cannot make a circle. */
  readonly seen: Set<string>;
  readonly signal: AbortSignal;
}

async function walk(state: Walk, folder: string, depth: number): Promise<void> {
  state.signal.throwIfAborted();
  if (depth > maxDepth) return;
  const entries = await readFolder(state, folder);
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name.includes('\\')) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const link = entry.isSymbolicLink();
    const absolute = join(state.realRoot, path);
    if (link && !(await staysInside(state.realRoot, absolute))) continue;
    const stats = link ? await stat(absolute) : undefined;
    if (stats?.isDirectory() ?? entry.isDirectory()) await walk(state, path, depth + 1);
    else if ((stats?.isFile() ?? entry.isFile()) && state.matcher.matches(path)) {
      const { size, mtimeMs } = stats ?? (await lstat(absolute));
      if (state.files.length >= maxFiles) {
        throw new PolyphonError('BOT1026', `More than ${maxFiles} files match. Narrow the pattern.`);
      }
      state.files.push({ path, bytes: size, modifiedAtMs: mtimeMs });
    }
  }
}

async function readFolder(state: Walk, folder: string) {
  try {
    const real = await realpath(join(state.realRoot, folder));
    if (!isWithin(state.realRoot, real) || state.seen.has(real)) return [];
    state.seen.add(real);
    return await readdir(real, { withFileTypes: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

async function staysInside(realRoot: string, absolute: string): Promise<boolean> {
  try {
    const target = await realpath(absolute);
    const inner = target.slice(realRoot.length + 1);
    return isWithin(realRoot, target) && !inner.split(sep).some((part) => part.startsWith('.'));
  } catch {
    return false;
  }
}

/** The folders before the first wildcard: nothing outside them need be read. */
function fixedPrefix(pattern: string): string {
  const parts = pattern.replace(/^\.\//, '').split('/').slice(0, -1);
  const wild = parts.findIndex((part) => /[*?{}]/.test(part));
  const fixed = wild === -1 ? parts : parts.slice(0, wild);
  // A brace may hold slashes, as in {a/b,c}: then only what stands before it is fixed.
  return fixed.some((part) => part.startsWith('.')) ? '' : fixed.join('/');
}

function leadsOut(path: string): PolyphonError {
  return new PolyphonError(
    'BOT1025',
    `${path}: the path leads out of the tenant's folder or to a hidden file. Keep files inside the folder, and name them relative to it.`,
  );
}

/** `path` seen from `from`, for a value that came from a file in that folder. */
export function besideFile(file: string, path: string): string {
  return resolve(file, '..', path);
}
