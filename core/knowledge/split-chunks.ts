import type { Block } from './extract/block.ts';
import { splitSentences } from './sentences.ts';

export interface TextChunk {
  readonly text: string;
  /** Headings above it, outermost first. */
  readonly headings: readonly string[];
  readonly page?: number;
  readonly row?: number;
}

/** Changes whenever the chunks of the same document would. */
export const splitterVersion = 1;

/** A chunk is closed once it is this long, and never grows past `maxLength` by another paragraph. In UTF-16 units. */
const goodLength = 600;
const maxLength = 900;
/** A sentence longer than this is no sentence; it is cut at a space. */
const longestSentence = 3000;

/**
 * Cuts a document where it cuts itself: a heading begins a chunk; short paragraphs share one; table rows and list items stay whole;
 * a long paragraph is cut between sentences, never inside one. A row of a table file is a chunk of its own.
 */
export function splitChunks(
  blocks: readonly Block[],
  options: {
    readonly language: string;
    /** Text of one row of a table file. */
    readonly renderRow: (cells: Readonly<Record<string, string>>) => string;
  },
): readonly TextChunk[] {
  const chunks: TextChunk[] = [];
  const headings: { readonly level: number; readonly text: string }[] = [];
  let open: string[] = [];
  let openLength = 0;
  let page: number | undefined;
  let openPage: number | undefined;

  const flush = (): void => {
    const text = open.join('\n').trim();
    if (text !== '') {
      chunks.push({
        text,
        headings: headings.map((heading) => heading.text),
        ...(openPage === undefined ? {} : { page: openPage }),
      });
    }
    open = [];
    openLength = 0;
  };
  const add = (piece: string): void => {
    if (openLength > 0 && (openLength >= goodLength || openLength + piece.length > maxLength)) flush();
    if (openLength === 0) openPage = page;
    open.push(piece);
    openLength += piece.length + 1;
  };

  for (const block of blocks) {
    switch (block.kind) {
      case 'heading':
        flush();
        while ((headings.at(-1)?.level ?? 0) >= block.level) headings.pop();
        headings.push({ level: block.level, text: block.text });
        break;
      case 'paragraph':
        for (const piece of piecesOf(block.text, options.language)) add(piece);
        break;
      case 'item':
        for (const piece of piecesOf(`- ${block.text}`, options.language)) add(piece);
        break;
      case 'table-row':
        for (const piece of piecesOf(rowText(block.cells), options.language)) add(piece);
        break;
      case 'record': {
        flush();
        const text = options.renderRow(block.cells).trim();
        if (text !== '') chunks.push({ text, headings: [], row: block.row });
        break;
      }
      case 'page':
        if (openLength >= goodLength / 2) flush();
        page = block.page;
        break;
      default:
        block satisfies never;
    }
  }
  flush();
  return chunks;
}

/** `name: value; name: value`, empty cells left out. */
export function rowText(cells: Readonly<Record<string, string>>): string {
  return Object.entries(cells)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ');
}

/** A text that fits stays whole; else runs of whole sentences of about the good length. */
function piecesOf(text: string, language: string): readonly string[] {
  if (text.length <= maxLength) return [text];
  const pieces: string[] = [];
  let piece = '';
  for (const sentence of splitSentences(text, language).flatMap(cutEndless)) {
    if (piece !== '' && (piece.length >= goodLength || piece.length + sentence.length > maxLength)) {
      pieces.push(piece.trim());
      piece = '';
    }
    piece += sentence;
  }
  if (piece.trim() !== '') pieces.push(piece.trim());
  return pieces;
}

function cutEndless(sentence: string): readonly string[] {
  const parts: string[] = [];
  let rest = sentence;
  while (rest.length > longestSentence) {
    const space = rest.lastIndexOf(' ', maxLength);
    const at = space > goodLength ? space + 1 : maxLength;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...parts, rest];
}
