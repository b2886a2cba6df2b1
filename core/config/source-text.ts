import { relative, sep } from 'node:path';
import type { Position } from './diagnostic.ts';

/** A file's text, as offsets into it are turned into lines and columns. */
export class SourceText {
  /** Absolute. */
  readonly path: string;
  /** Relative to the working directory where it is inside it. */
  readonly file: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.file = displayPath(path);
    this.text = text;
  }

  position(offset: number): Position {
    this.#lineStarts ??= lineStartsOf(this.text);
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }
}

/** A stretch of a file; `end` is exclusive. */
export interface Place {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

export function displayPath(path: string): string {
  const inside = relative(process.cwd(), path);
  if (inside === '' || inside.startsWith('..')) return path;
  return sep === '/' ? inside : inside.split(sep).join('/');
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1)) starts.push(index + 1);
  return starts;
}
