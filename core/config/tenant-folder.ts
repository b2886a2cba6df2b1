import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type FolderFile, PolyphonError, type TenantFolder } from '../contract/index.ts';
import { isWithin, locate, readBounded, tooLarge } from './folder-file.ts';
import { compileGlob, fixedPrefix } from './glob-pattern.ts';

/** A folder with more files than this is not one client's knowledge. */
const maxFiles = 100_000;
const maxDepth = 32;

/** What the bytes of a text file say. */
export type TextOf = (bytes: Uint8Array) => string | Promise<string>;
const utf8: TextOf = (bytes) => new TextDecoder().decode(bytes);

/**
 * The tenant's own folder. A path or a link that leads out of it is refused; files and folders that begin with a dot
 * (`.secrets.yaml`, `.git`) do not exist for it.
 * @throws PolyphonError from its methods: BOT1025 for a path that leads out, BOT1026 for a file that is missing, too large or
 * not a regular file.
 */
export function openTenantFolder(root: string, textOf: TextOf = utf8): TenantFolder {
  const read: TenantFolder['read'] = async (path, { maxBytes }, signal) => {
    const { absolute, bytes } = await locate(root, path);
    if (bytes > maxBytes) throw tooLarge(path, bytes, maxBytes);
    return readBounded(absolute, maxBytes, signal);
  };
  return {
    async glob(pattern, signal) {
      const matcher = compileGlob(pattern);
      const reaches = reachOf(pattern);
      const realRoot = await realFolder(root);
      const files: FolderFile[] = [];
      const start = fixedPrefix(pattern);
      await walk(
        { realRoot, matcher, reaches, files, seen: new Set(), signal },
        start,
        start === '' ? 0 : start.split('/').length,
      );
      return files.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    read,
    readText: async (path, limits, signal) => textOf(await read(path, limits, signal)),
  };
}

async function realFolder(root: string): Promise<string> {
  try {
    return await realpath(root);
  } catch (cause) {
    throw new PolyphonError('BOT1026', "The tenant's folder cannot be read. It was moved or removed; put it back.", {
      cause,
    });
  }
}

interface Walk {
  readonly realRoot: string;
  readonly matcher: { readonly matches: (path: string) => boolean };
  /** Whether the pattern looks into a folder at this depth. */
  readonly reaches: (depth: number) => boolean;
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
    if (link && !(await staysInside(state.realRoot, absolute))) {
      await listOutward(state, path, absolute, depth);
      continue;
    }
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

/** A link that leads out is listed, so that whoever reads it hears why not; a folder too, if there could be matches in it. */
async function listOutward(state: Walk, path: string, absolute: string, depth: number): Promise<void> {
  const hides = state.reaches(depth) && (await isFolder(absolute));
  if (hides || state.matcher.matches(path)) state.files.push({ path, bytes: 0, modifiedAtMs: 0 });
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

function reachOf(pattern: string): (depth: number) => boolean {
  const segments = pattern.replace(/^\.\//, '').split('/').length;
  return (depth) => pattern.includes('**') || depth + 1 < segments;
}

async function isFolder(absolute: string): Promise<boolean> {
  return (await stat(absolute).catch(() => undefined))?.isDirectory() === true;
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
