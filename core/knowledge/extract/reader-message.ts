import type { ErrorCode } from '../../contract/index.ts';
import type { PackedTerms } from '../../store/knowledge-records.ts';
import type { ExtractLimits } from './limits.ts';

/** What the reading thread is asked. It holds one document at a time and answers each question once. */
export type ReaderQuestion =
  | ({ readonly kind: 'read' } & ReadQuestion)
  /** The texts of the rows of the last answer, in order. */
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'next' };

export interface ReadQuestion {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly limits: ExtractLimits;
  /** Used where the document has none of its own. */
  readonly title: string;
  readonly language?: string;
  /** Of the bot: what a chunk's language is detected among. */
  readonly languages: readonly string[];
  /** Whether rows of a table are handed over to be put into words, because a template says how. */
  readonly rows: 'as they are' | 'handed over';
}

export type ReaderAnswer =
  | { readonly kind: 'rows'; readonly rows: readonly Readonly<Record<string, string>>[] }
  | { readonly kind: 'read'; readonly title: string; readonly chunks: number }
  | ({ readonly kind: 'page' } & PreparedPage)
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

export interface PreparedChunk {
  readonly text: string;
  readonly headings: readonly string[];
  readonly language: string;
  readonly page?: number;
  readonly row?: number;
  /** Title and headings with the text: what is embedded. */
  readonly indexed: string;
  /** How many terms it has. */
  readonly words: number;
  readonly grams: number;
}

/** Some chunks of a document with what they are found by. */
export interface PreparedPage {
  readonly chunks: readonly PreparedChunk[];
  readonly terms: PackedTerms;
}
