import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { PolyphonError } from '../contract/index.ts';
import type { Shell } from './shell.ts';

/** Where a file that an option names has been written. */
export interface NamedFile {
  readonly path: string;
  /** As people write it from where they are. */
  readonly shown: string;
}

/**
 * Writes what `option` asks for to the file that was typed after it.
 * @throws PolyphonError CLI9001 when it cannot be written.
 */
export async function writeNamedFile(
  typed: string,
  text: string,
  { option, shell }: { readonly option: string; readonly shell: Shell },
): Promise<NamedFile> {
  const path = shell.path(typed);
  const inside = relative(shell.terminal.workingDirectory, path);
  const isInside = !inside.startsWith('..');
  try {
    // A folder of the project is made; elsewhere a missing one is a slip of the pen.
    if (isInside) await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw notWritten(option, path, error);
  }
  return { path, shown: isInside ? inside : path };
}

function notWritten(option: string, path: string, cause: unknown): PolyphonError {
  const code = (cause as NodeJS.ErrnoException).code;
  const why: Readonly<Record<string, string>> = {
    ENOENT: 'the folder does not exist. Create it, or name a file in another one.',
    ENOTDIR: 'a file stands where a folder is named. Name another one.',
    EISDIR: 'it is a folder. Name a file in it.',
    EACCES: 'this user may not write there. Name another file.',
    EROFS: 'nothing can be written there. Name another file.',
  };
  const reason = why[code ?? ''] ?? `the system says ${code ?? 'nothing'}. Name another file.`;
  return new PolyphonError('CLI9001', `${option}: ${path} cannot be written: ${reason}`, { cause });
}
