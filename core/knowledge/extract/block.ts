/** What is left of a document when its format is gone. */
export type Block =
  /** `level` 1 is the outermost. */
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'item'; readonly text: string }
  /** One row of a table inside a document. */
  | { readonly kind: 'table-row'; readonly cells: Readonly<Record<string, string>> }
  /** One row of a table that is the document; `row` is its line of data, 1 for the first after the header. */
  | { readonly kind: 'record'; readonly row: number; readonly cells: Readonly<Record<string, string>> }
  /** A line across the page. */
  | { readonly kind: 'break' }
  /** What follows stands on this page, 1 for the first. */
  | { readonly kind: 'page'; readonly page: number };

export interface ExtractedText {
  readonly title?: string;
  /** BCP 47, where the document says it. */
  readonly language?: string;
  readonly blocks: readonly Block[];
}
