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
  readonly texts: readonly string[];
}

function sectionsOf(passage: Passage): readonly Section[] {
  const innermost = passage.headings.at(-1) ?? passage.title;
  if (passage.row !== undefined) return [{ heading: '', texts: [plain(passage.text)] }];
  const known = new Set([...passage.headings, passage.title].map(comparable));
  const sections: { heading: string; texts: string[] }[] = [];
  let open = { heading: innermost, texts: [] as string[] };
  const begin = (heading: string) => {
    if (open.texts.length > 0) sections.push(open);
    open = { heading, texts: [] };
  };
  let lines: string[] = [];
  const endParagraph = () => {
    if (lines.length > 0) open.texts.push(...split(lines.join(' '), passage.language));
    lines = [];
  };
  const all = passage.text.slice(0, maxPassageLength).split(/\r?\n/);
  for (const [number, raw] of all.entries()) {
    const line = raw.trim();
    if (line === '') {
      endParagraph();
      continue;
    }
    const text = plain(line.replace(/^#{1,6}\s+/, ''));
    const isQuestion = line.length < 160 && /[?？]$/.test(line) && hasTextAfter(all, number);
    if (/^#{1,6}\s/.test(line) || known.has(comparable(text)) || isQuestion) {
      endParagraph();
      begin(text);
      continue;
    }
    if (/^\|?[\s:|-]+\|?$/.test(line)) continue;
    const item = /^(?:[-*+•–]|\d{1,2}[.)])\s+(.*)$/.exec(line);
    if (item !== null) {
      const introduced = lines.at(-1)?.endsWith(':') === true || open.texts.at(-1)?.endsWith(':') === true;
      endParagraph();
      addItem(open.texts, plain(item[1] ?? ''), introduced);
      continue;
    }
    if (line.startsWith('|')) {
      endParagraph();
      open.texts.push(plain(line.replace(/^\|\s*|\s*\|$/g, '').replace(/\s*\|\s*/g, ', ')));
      continue;
    }
    // A line is a paragraph, an item or a row of its own, unless it was wrapped in mid-sentence.
    if (lines.length > 0 && (!/^[\p{Ll}\p{N}(]/u.test(text) || /[.!?…:;]$/u.test(lines.at(-1) ?? ''))) endParagraph();
    lines.push(text);
  }
  endParagraph();
  begin('');
  return sections;
}

/** Items after "You need:" belong to that sentence as long as it stays readable. */
function addItem(texts: string[], item: string, introduced: boolean): void {
  const last = texts.at(-1) ?? '';
  const open = introduced || last.endsWith(';');
  if (open && last.length + item.length < maxSentenceLength) {
    texts[texts.length - 1] = `${last} ${item.replace(/[.;,]$/, '')};`;
  } else texts.push(item);
}

function hasTextAfter(lines: readonly string[], number: number): boolean {
  return lines.slice(number + 1).some((line) => line.trim() !== '');
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
  return sentences.filter((sentence) => !/^[^.!]*\?$/.test(sentence) || sentences.length === 1);
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
