/** A problem in a file, in the shape that `--format json` prints. Lines and columns begin at 1. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  /** One line, without the place. Never a secret's value. */
  readonly summary: string;
  /** What to do, in a sentence. */
  readonly detail: string;
  /** Relative to the working directory where it is inside it. */
  readonly file: string;
  readonly range: { readonly start: Position; readonly end: Position };
  /** The likely right word for a wrong one. */
  readonly suggestion?: string;
}
export interface Position {
  readonly line: number;
  readonly column: number;
}
