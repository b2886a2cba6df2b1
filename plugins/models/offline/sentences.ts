import type { Passage } from 'polyphon/plugin';

/** A sentence, table row or list of a passage, with the headings it stands under. */
export interface Sentence {
  readonly text: string;
  readonly kind: 'sentence' | 'row';
  /** Index in the request's passages; its mark is one more. */
  readonly passage: number;
  /** Counts the parts under one heading through all passages. */
  readonly section: number;
  /** 0 for the first sentence under its heading. */
  readonly position: number;
  /** The nearest heading or question above. */
  readonly heading: string;
}

/** A turn must stay cheap whatever the documents hold. */
const maxPassageLength = 6_000;
const maxSentenceLength = 420;

export function sentencesOf(passages: readonly Passage[]): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let section = -1;
  for (const [index, passage] of passages.entries()) {
    for (const block of sectionsOf(passage)) {
      section += 1;
      const texts = block.texts.filter((text) => /[\p{L}\p{N}]{2}/u.test(text));
      for (const [position, text] of texts.entries()) {
        sentences.push({
          kind: passage.row === undefined ? 'sentence' : 'row',
          text: cut(text),
          passage: index,
          section,
          position,
          heading: block.heading,
        });
      }
    }
  }
  return sentences;
}

interface Section {
  readonly heading: string;
  readonly texts: string[];
}

const longestQuestion = 160;

function sectionsOf(passage: Passage): readonly Section[] {
  if (passage.row !== undefined) return [{ heading: '', texts: [plain(passage.text)] }];
  const reader = new SectionReader(passage);
  for (const line of passage.text.slice(0, maxPassageLength).split(/\r?\n/)) reader.read(line.trim());
  return reader.end();
}

/** Takes a passage line by line: headings and questions begin a section, what stands below them is its text. */
class SectionReader {
  readonly #language: string | undefined;
  readonly #headings: ReadonlySet<string>;
  readonly #sections: Section[] = [];
  #open: Section;
  /** Lines of a paragraph that was wrapped. */
  #lines: string[] = [];

  constructor(passage: Passage) {
    this.#language = passage.language;
    this.#headings = new Set([...passage.headings, passage.title].map(comparable));
    this.#open = { heading: passage.headings.at(-1) ?? passage.title, texts: [] };
  }

  read(line: string): void {
    const text = plain(line.replace(/^#{1,6}\s+/, ''));
    const item = /^(?:[-*+•–]|\d{1,2}[.)])\s+(.*)$/.exec(line);
    if (line === '' || /^\|?[\s:|-]+\|?$/.test(line)) this.#endParagraph();
    else if (/^#{1,6}\s/.test(line) || this.#headings.has(comparable(text))) this.#begin(text);
    else if (item !== null) this.#addItem(plain(item[1] ?? ''));
    else if (line.startsWith('|')) this.#addRow(line);
    else this.#addLine(text);
  }

  end(): readonly Section[] {
    this.#begin('');
    return this.#sections.filter(({ texts }) => texts.length > 0);
  }

  #begin(heading: string): void {
    this.#endParagraph();
    this.#sections.push(this.#open);
    this.#open = { heading, texts: [] };
  }

  /** A line is a paragraph of its own, unless it was wrapped in mid-sentence. */
  #addLine(text: string): void {
    const last = this.#lines.at(-1);
    const continues = last !== undefined && /^[\p{Ll}\p{N}(]/u.test(text) && !/[.!?…:;]$/u.test(last);
    if (!continues) this.#endParagraph();
    this.#lines.push(text);
  }

  #addRow(line: string): void {
    this.#endParagraph();
    this.#open.texts.push(plain(line.replace(/^\|\s*|\s*\|$/g, '').replace(/\s*\|\s*/g, ', ')));
  }

  /** Items after "You need:" belong to that sentence as long as it stays readable. */
  #addItem(item: string): void {
    this.#endParagraph();
    const { texts } = this.#open;
    const last = texts.at(-1) ?? '';
    if (/[:;]$/.test(last) && last.length + item.length < maxSentenceLength) {
      texts[texts.length - 1] = `${last} ${item.replace(/[.;,]$/, '')};`;
    } else texts.push(item);
  }

  #endParagraph(): void {
    const sentences = split(this.#lines.join(' '), this.#language);
    this.#lines = [];
    for (const sentence of sentences) {
      if (/[?？]$/.test(sentence) && sentence.length < longestQuestion) {
        this.#sections.push(this.#open);
        this.#open = { heading: sentence, texts: [] };
      } else this.#open.texts.push(sentence);
    }
  }
}

const abbreviations =
  /(?:^|[\s(])(?:\p{L}|z\.\s?B|d\.\s?h|u\.\s?a|i\.\s?d\.\s?R|ca|bzw|usw|inkl|exkl|zzgl|Nr|Str|Tel|Dr|Prof|Hr|Fr|Abs|Art|max|min|evtl|ggf|Std|Min|St|vgl|Mr|Mrs|Ms|vs|etc|e\.g|i\.e|approx|No|Inc|Ltd|M|Mme|Mlle|av|env|ex|p\.\s?ex|Sr|Sra|Srta|Ud|Uds|aprox|núm|tel|pág|т\.\s?д|т\.\s?п|т\.\s?е|ул|руб|коп|тыс|млн|стр|им|г|д|кв|шт|мин|напр|см)\.$/u;

/** Full stops of abbreviations, ordinals ("1. Februar") and decimals do not end a sentence. */
function split(text: string, language: string | undefined): readonly string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const match of text.matchAll(/[.!?…]+["'”“»’)\]]*\s+/gu)) {
    const end = match.index + match[0].length;
    const before = text.slice(start, match.index + 1);
    const next = text.slice(end, end + 2);
    if (match[0].startsWith('.') && !match[0].startsWith('..')) {
      if (abbreviations.test(before) || /^\p{Ll}/u.test(next)) continue;
      if ((language === undefined || language === 'de') && /(?:^|\s)\d{1,2}\.$/.test(before)) continue;
    }
    sentences.push(text.slice(start, end).trim());
    start = end;
  }
  const rest = text.slice(start).trim();
  if (rest !== '') sentences.push(rest);
  return sentences;
}

/** Without Markdown, and with nothing that could pass for a mark of ours. */
function plain(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*|__|`/g, '')
    .replace(/\[(\s*(?:\d+|unknown)\s*)\]/giu, '($1)')
    .replace(/\s+/g, ' ')
    .trim();
}

function comparable(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function cut(text: string): string {
  const whole = text.replace(/;$/, '.');
  if (whole.length <= maxSentenceLength) return whole;
  return `${whole.slice(0, maxSentenceLength).replace(/\s+\S*$/u, '')} …`;
}
