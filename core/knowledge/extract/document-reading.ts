import type { PackedTerms } from '../../store/knowledge-records.ts';
import { countTerms, indexedText } from '../chunk-terms.ts';
import { detectLanguage, languageOfPart, languageOfTable } from '../detect-language.ts';
import { rowText, splitChunks, type TextChunk } from '../split-chunks.ts';
import { gramKey, wordKey } from '../term-keys.ts';
import { termsOf } from '../terms.ts';
import { undetermined } from '../undetermined.ts';
import type { Block, ExtractedText } from './block.ts';
import { extract } from './extract.ts';
import type { PreparedChunk, PreparedPage, ReaderAnswer, ReadQuestion } from './reader-message.ts';

type Row = Readonly<Record<string, string>>;

/** Chunks handed over at once, with some ten thousand terms: unpacking them takes the other thread 2 to 4 ms. */
const chunksAtOnce = 24;
/** Put into words by a template in one go, about 5 ms. */
const rowsAtOnce = 100;
/** Of a document's own text, for its language. */
const sampleLength = 3000;
/** A chunk this long may differ from its document in language, which its beginning tells: 0.4 ms instead of 0.9. */
const longEnough = 160;
const beginning = 240;

/** One document on its way from bytes to chunks with terms, in the thread that reads. */
export class DocumentReading {
  readonly #question: ReadQuestion;
  readonly #text: ExtractedText;
  readonly #title: string;
  readonly #rows: readonly Row[];
  readonly #rowTexts = new Map<Row, string>();
  readonly #isTable: boolean;
  #asked = 0;
  #chunks: readonly TextChunk[] = [];
  #language = '';
  #next = 0;

  private constructor(question: ReadQuestion, text: ExtractedText) {
    this.#question = question;
    this.#text = text;
    this.#title = text.title?.trim() || question.title;
    this.#isTable = isTable(text.blocks);
    const records = text.blocks.filter((block) => block.kind === 'record');
    this.#rows = question.rows === 'handed over' ? records.map(({ cells }) => cells) : [];
  }

  /** @throws PolyphonError KNW8003, KNW8004, KNW8006, KNW8007. */
  static async open(question: ReadQuestion): Promise<DocumentReading> {
    return new DocumentReading(question, await extract(question));
  }

  /** Hands over the next rows; when all have their texts, splits. */
  advance(): ReaderAnswer {
    const rows = this.#rows.slice(this.#rowTexts.size, this.#rowTexts.size + rowsAtOnce);
    this.#asked = this.#rowTexts.size;
    if (rows.length > 0) return { kind: 'rows', rows };
    this.#chunks = this.#split();
    return { kind: 'read', title: this.#title, chunks: this.#chunks.length };
  }

  takeTexts(texts: readonly string[]): ReaderAnswer {
    for (const [at, text] of texts.entries()) {
      const row = this.#rows[this.#asked + at];
      if (row !== undefined) this.#rowTexts.set(row, text);
    }
    return this.advance();
  }

  nextPage(): ReaderAnswer {
    const chunks = this.#chunks.slice(this.#next, this.#next + chunksAtOnce);
    this.#next += chunks.length;
    if (chunks.length === 0) return { kind: 'end' };
    const told = chunks.map((chunk) => ({ ...chunk, language: this.#languageOf(chunk.text) }));
    return { kind: 'page', ...pageOf(this.#title, told) };
  }

  #split(): readonly TextChunk[] {
    const told = this.#question.language ?? this.#text.language;
    const { blocks } = this.#text;
    this.#language = told === undefined ? this.#detected(blocks) : primaryTag(told);
    const renderRow = (cells: Row) => this.#rowTexts.get(cells) ?? rowText(cells);
    return [...splitChunks(blocks, { language: this.#language, renderRow })];
  }

  /** Of the whole document, title and all: its passages may be too short to tell. */
  #detected(blocks: readonly Block[]): string {
    return this.#told(`${this.#title}. ${sampleOf(blocks)}`) ?? undetermined;
  }

  #told(text: string): string | undefined {
    const { languages } = this.#question;
    return this.#isTable ? languageOfTable(text, languages) : detectLanguage(text, languages);
  }

  #languageOf(text: string): string {
    if (text.length < longEnough) return scriptOr(text, this.#language);
    const start = text.slice(0, beginning);
    const { languages } = this.#question;
    if (this.#language === undetermined) return this.#told(start) ?? undetermined;
    return languageOfPart(start, this.#language, languages);
  }
}

function pageOf(title: string, chunks: readonly (TextChunk & { readonly language: string })[]): PreparedPage {
  const packing = new TermPacking();
  const prepared = chunks.map((chunk, at): PreparedChunk => {
    const indexed = indexedText(title, chunk.headings, chunk.text);
    const { words, grams } = termsOf(indexed, chunk.language);
    for (const [word, count] of countTerms(words)) packing.add(wordKey(word), at, count);
    for (const [gram, count] of countTerms(grams)) packing.add(gramKey(gram), at, count);
    return { ...chunk, indexed, words: words.length, grams: grams.length };
  });
  return { chunks: prepared, terms: packing.pack() };
}

class TermPacking {
  readonly #positions = new Map<string, number>();
  readonly #entries: number[] = [];

  add(term: string, chunk: number, count: number): void {
    let position = this.#positions.get(term);
    if (position === undefined) {
      position = this.#positions.size;
      this.#positions.set(term, position);
    }
    this.#entries.push(position, chunk, count);
  }

  pack(): PackedTerms {
    return { terms: [...this.#positions.keys()], entries: Uint32Array.from(this.#entries) };
  }
}

/** Rows, and nothing but what stands over them. */
function isTable(blocks: readonly Block[]): boolean {
  return (
    blocks.every(({ kind }) => kind !== 'paragraph' && kind !== 'item') && blocks.some((block) => 'cells' in block)
  );
}

function sampleOf(blocks: readonly Block[]): string {
  let sample = '';
  for (const block of blocks) {
    if ('text' in block) sample += `${block.text} `;
    else if ('cells' in block) sample += `${Object.values(block.cells).join(' ')} `;
    if (sample.length > sampleLength) break;
  }
  return sample;
}

/** Too short to guess by words, but another script is plain to see. */
function scriptOr(text: string, language: string): string {
  return /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(text)
    ? (detectLanguage(text, [language]) ?? language)
    : language;
}

function primaryTag(language: string): string {
  return language.toLowerCase().split(/[-_]/)[0] ?? language;
}
