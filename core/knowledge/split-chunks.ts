import type { Block } from './extract/block.ts';
import { isNamed } from './extract/column-names.ts';
import { splitSentences } from './sentences.ts';
import { textWeight } from './text-weight.ts';

export interface TextChunk {
  readonly text: string;
  /** Headings above it, outermost first. */
  readonly headings: readonly string[];
  readonly page?: number;
  readonly row?: number;
}

/** Changes whenever the chunks of the same document, or their languages, would. */
export const splitterVersion = 8;

/** A chunk is closed once it is this long, and never grows past `maxLength` by another paragraph. In units of `textWeight`, so that a
 * model takes in the whole of it whatever its script. */
const goodLength = 600;
const maxLength = 900;
/** A sentence longer than this is no sentence; it is cut at a space. */
const longestSentence = 3000;
/** "For the registration you need:" and the like. */
const longestLead = 160;

/**
 * Cuts a document where it cuts itself: a heading begins a chunk; short paragraphs share one; table rows and list items stay whole;
 * a list that goes on in another chunk takes the line above it along; a long paragraph is cut between
 * sentences, never inside one. A page begins a chunk too, so that a citation names the right one; a sentence that goes on there belongs to
 * the page on which it begins. A row of a table file is a chunk of its own, and so is what stands below the last line across a document:
 * a footer says the same in many, and nothing about what it stands under. One chunk at a time, so that a long document can be split
 * in several steps of the event loop.
 */
export function* splitChunks(
  blocks: readonly Block[],
  options: {
    readonly language: string;
    /** Text of one row of a table file. */
    readonly renderRow: (cells: Readonly<Record<string, string>>) => string;
  },
): Generator<TextChunk> {
  const headings: OpenHeading[] = [];
  let open: string[] = [];
  let openLength = 0;
  let page: number | undefined;
  let openPage: number | undefined;
  /** The next page, while it is not known whether the last sentence goes on there. */
  let turned: number | undefined;
  /** What a list or a table stands under: repeated where the list goes on in another chunk. */
  let lead: string | undefined;

  const footer = footerOf(blocks);
  let place: 'body' | 'footer' = 'body';

  const close = (): TextChunk | undefined => {
    const text = open.join('\n').trim();
    open = [];
    openLength = 0;
    if (text === '') return undefined;
    if (place === 'footer') return { text, headings: [line], ...(openPage === undefined ? {} : { page: openPage }) };
    for (const heading of headings) heading.empty = 'no';
    return { text, headings: textsOf(headings), ...(openPage === undefined ? {} : { page: openPage }) };
  };
  function* flush(): Generator<TextChunk> {
    const chunk = close();
    if (chunk !== undefined) yield chunk;
  }
  function* add(text: string, under?: string): Generator<TextChunk> {
    for (const piece of piecesOf(text, options.language)) {
      if (openLength > 0 && (openLength >= goodLength || openLength + textWeight(piece) > maxLength)) {
        yield* flush();
        if (under !== undefined) put(under);
      }
      put(piece);
    }
  }
  const put = (piece: string): void => {
    if (openLength === 0) openPage = page;
    open.push(piece);
    openLength += textWeight(piece) + 1;
  };
  /** A heading with nothing under it says what it says itself. */
  function* leave(level: number): Generator<TextChunk> {
    for (let last = headings.at(-1); last !== undefined && last.level >= level; last = headings.at(-1)) {
      headings.pop();
      if (last.empty === 'no') continue;
      for (const heading of headings) heading.empty = 'no';
      yield { text: last.text, headings: textsOf(headings), ...(page === undefined ? {} : { page }) };
    }
  }

  /** Ends the page before; gives what is left of a paragraph whose first sentence began there. */
  function* turn(block: Block): Generator<TextChunk, Block> {
    if (turned === undefined) return block;
    const [end, rest] = goesOn(open.at(-1), block, options.language);
    if (end !== undefined) open.push(`${open.pop()} ${end}`);
    yield* flush();
    page = turned;
    turned = undefined;
    return rest;
  }

  for (const [at, each] of blocks.entries()) {
    if (at === footer) {
      yield* flush();
      yield* leave(0);
      place = 'footer';
    }
    if (each.kind === 'break') continue;
    if (each.kind === 'page') {
      if (openLength === 0) page = each.page;
      else turned = each.page;
      continue;
    }
    const block = yield* turn(each);
    switch (block.kind) {
      case 'heading':
        yield* flush();
        yield* leave(block.level);
        headings.push({ level: block.level, text: block.text, empty: 'yes' });
        lead = undefined;
        break;
      case 'paragraph':
        if (block.text === '') break;
        yield* add(block.text);
        lead = textWeight(block.text) <= longestLead ? block.text : undefined;
        break;
      case 'item':
        yield* add(`- ${block.text}`, lead);
        break;
      case 'table-row':
        yield* add(rowText(block.cells), lead);
        break;
      case 'record': {
        yield* flush();
        const text = options.renderRow(block.cells).trim();
        if (text === '') break;
        for (const heading of headings) heading.empty = 'no';
        yield { text, headings: textsOf(headings), row: block.row };
        break;
      }
      case 'break':
      case 'page':
        break;
      default:
        block satisfies never;
    }
  }
  yield* flush();
  yield* leave(0);
}

/** The end of a sentence that began on the page before, if there is one, and the block without it. */
function goesOn(before: string | undefined, block: Block, language: string): readonly [string | undefined, Block] {
  const isOver = before === undefined || /[.!?…:;]["'”“»’)\]]*$/u.test(before.trimEnd());
  if (isOver || block.kind !== 'paragraph' || !/^\p{Ll}/u.test(block.text)) return [undefined, block];
  const [end = ''] = splitSentences(block.text, language);
  if (textWeight(before) + textWeight(end) > maxLength) return [undefined, block];
  return [end.trim(), { ...block, text: block.text.slice(end.length).trim() }];
}

interface OpenHeading {
  readonly level: number;
  readonly text: string;
  /** Nothing stands under it so far. */
  empty: 'yes' | 'no';
}

function textsOf(headings: readonly OpenHeading[]): readonly string[] {
  return headings.map(({ text }) => text);
}

/** `name: value; name: value`, empty cells left out; a column without a name gives its value alone. */
export function rowText(cells: Readonly<Record<string, string>>): string {
  return Object.entries(cells)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => (isNamed(name) ? `${name}: ${value}` : value))
    .join('; ');
}

/** What a footer stands under: without a word, so that it is the same in each document. */
const line = '—';

/** Where the last break stands, if what follows is no more than a few lines without a heading. */
function footerOf(blocks: readonly Block[]): number | undefined {
  const at = blocks.findLastIndex(({ kind }) => kind === 'break');
  const above = blocks.slice(0, Math.max(0, at)).some((block) => 'cells' in block || isText(block));
  const below = blocks.slice(at + 1);
  const plain = below.every(isText);
  const weight = below.reduce((sum, block) => sum + ('text' in block ? textWeight(block.text) : 0), 0);
  return above && plain && weight <= goodLength ? at : undefined;
}

function isText({ kind }: Block): boolean {
  return kind === 'paragraph' || kind === 'item';
}

/** A text that fits stays whole; else runs of whole sentences of about the good length. */
function* piecesOf(text: string, language: string): Generator<string> {
  if (textWeight(text) <= maxLength) {
    yield text;
    return;
  }
  let piece = '';
  let weight = 0;
  for (const sentence of splitSentences(text, language)) {
    for (const part of cutEndless(sentence)) {
      const partWeight = textWeight(part);
      if (piece !== '' && (weight >= goodLength || weight + partWeight > maxLength)) {
        yield piece.trim();
        piece = '';
        weight = 0;
      }
      piece += part;
      weight += partWeight;
    }
  }
  if (piece.trim() !== '') yield piece.trim();
}

function cutEndless(sentence: string): readonly string[] {
  const weight = textWeight(sentence);
  if (weight <= longestSentence) return [sentence];
  // Of a script whose letters weigh more, fewer units.
  const scale = sentence.length / weight;
  const [good, most] = [Math.floor(goodLength * scale), Math.floor(maxLength * scale)];
  const parts: string[] = [];
  let start = 0;
  while (sentence.length - start > most) {
    const space = sentence.lastIndexOf(' ', start + most);
    const end = space > start + good ? space + 1 : start + most;
    parts.push(sentence.slice(start, end));
    start = end;
  }
  return [...parts, sentence.slice(start)];
}
