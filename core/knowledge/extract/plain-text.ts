import type { Block, ExtractedText } from './block.ts';
import { decodeText } from './decode-text.ts';

/** A first line that stands alone like a title is one. */
export function extractPlainText(bytes: Uint8Array): ExtractedText {
  const text = decodeText(bytes);
  const title = titleLine.exec(text)?.[1];
  if (title === undefined) return { blocks: blocksOfText(text) };
  const rest = blocksOfText(text.slice(text.indexOf(title) + title.length));
  return { title, blocks: [{ kind: 'heading', level: 1, text: title }, ...rest] };
}

/** Short, without the end of a sentence, and with an empty line and text below it. */
const titleLine = /^\s*(?![-*•–])(\S[^\n]{0,78}[^\s.!?:;,…؟])[ \t]*\n[ \t]*\n\s*\S/u;

/**
 * Paragraphs are what blank lines part; a line that begins with a bullet is an item, and goes on in lines that are indented or begin with
 * a small letter; a question that begins a paragraph and has the line to itself is the heading of what follows.
 */
export function blocksOfText(text: string): readonly Block[] {
  const blocks: Block[] = [];
  for (const paragraph of text.split(/\n[ \t]*\n/)) {
    let lines: string[] = [];
    let kind: 'paragraph' | 'item' = 'paragraph';
    const flush = (): void => {
      if (lines.length > 0) blocks.push({ kind, text: lines.join(' ') });
      lines = [];
      kind = 'paragraph';
    };
    for (const [index, line] of paragraph.split('\n').entries()) {
      const item = bullet.exec(line)?.[1];
      if (item !== undefined) {
        flush();
        kind = 'item';
        lines.push(item.trim());
      } else if (index === 0 && across.test(line)) {
        blocks.push({ kind: 'break' });
      } else if (index === 0 && question.test(line)) {
        blocks.push({ kind: 'heading', level: 2, text: line.trim() });
      } else if (line.trim() !== '') {
        if (kind === 'item' && !goesOn.test(line)) flush();
        lines.push(line.trim());
      }
    }
    flush();
  }
  return blocks;
}

/** One sentence, and not a long one. */
const question = /^\s*(?:[^.!?؟]|[.!](?!\s)){3,150}[?؟]\s*$/u;
/** With an empty line above: directly below a text it underlines a title. */
const across = /^\s*(?:-{3,}|_{3,}|\*{3,})\s*$/;
const goesOn = /^(?:\s{2,}\S|\s*\p{Ll})/u;
const bullet = /^\s*(?:[-*•–]|\d{1,2}[.)])\s+(\S.*)$/;
