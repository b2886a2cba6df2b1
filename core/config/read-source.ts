import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PolyphonError } from '../contract/index.ts';
import { readSmallFile } from './folder-file.ts';
import type { Problem } from './problems.ts';
import { SourceText } from './source-text.ts';

/** The most a definition file may hold. */
export const maxDefinitionBytes = 262_144;

/** Undefined when there is no such file; a problem when it is no text that can be parsed. */
export type SourceFile =
  | { readonly source: SourceText; readonly bytes: Uint8Array; readonly problem?: never }
  | { readonly problem: Problem; readonly source?: never; readonly bytes?: never };

/** Reads `name` in `directory`; links that leave the directory are refused. */
export function readSource(directory: string, name: string): SourceFile | undefined {
  const path = join(directory, name);
  let bytes: Uint8Array;
  try {
    const hidden = name.startsWith('.') ? 'allow' : 'refuse';
    bytes = readSmallFile(directory, name, { maxBytes: maxDefinitionBytes, hidden });
  } catch (error) {
    if (!(error instanceof PolyphonError)) throw error;
    if (typeof error.data['bytes'] === 'number') {
      return {
        problem: wholeFile(
          path,
          'BOT1002',
          `the file has ${error.data['bytes']} bytes, and ${maxDefinitionBytes} are allowed`,
          'move long texts to .md files and documents to knowledge/',
        ),
      };
    }
    if (error.code === 'BOT1025') {
      return {
        problem: wholeFile(
          path,
          'BOT1025',
          'the file is a link that leads out of its folder',
          'put the file itself here; share values with `extends`',
        ),
      };
    }
    const cause = (error.cause as NodeJS.ErrnoException | undefined)?.code;
    if (cause === 'ENOENT' || cause === 'ENOTDIR') return undefined;
    return {
      problem: wholeFile(
        path,
        'BOT1018',
        'the file cannot be read',
        'check that it is a regular file and that this user may read it',
      ),
    };
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) {
    return { problem: wholeFile(path, 'BOT1014', 'the file is not UTF-8 text', 'save it as UTF-8 in your editor') };
  }
  return { source: new SourceText(path, text), bytes };
}

/** Without a byte order mark, so that columns are what an editor shows; undefined when it is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function wholeFile(path: string, code: Problem['code'], summary: string, detail: string): Problem {
  return { severity: 'error', code, place: { source: new SourceText(path, ''), start: 0, end: 0 }, summary, detail };
}

/** The names of files in a folder with this extension, without it; empty where there is no folder. */
export function namesIn(path: string, extension: string): readonly string[] {
  try {
    const entries = readdirSync(dirname(path));
    return entries.filter((name) => name.endsWith(extension)).map((name) => basename(name, extension));
  } catch {
    return [];
  }
}
