import type { Block, ExtractedText } from './block.ts';
import { decodeText } from './decode-text.ts';

/** Paragraphs are what blank lines part; a line that begins with a bullet is an item. */
export function extractPlainText(bytes: Uint8Array): ExtractedText {
  return { blocks: blocksOfText(decodeText(bytes)) };
}

export function blocksOfText(text: string): readonly Block[] {
  const blocks: Block[] = [];
  for (const paragraph of text.split(/\n[ \t]*\n/)) {
    let lines: string[] = [];
    const flush = (): void => {
      if (lines.length > 0) blocks.push({ kind: 'paragraph', text: lines.join(' ') });
      lines = [];
    };
    for (const line of paragraph.split('\n')) {
      const item = bullet.exec(line)?.[1];
      if (item !== undefined) {
        flush();
        blocks.push({ kind: 'item', text: item.trim() });
      } else if (line.trim() !== '') {
        lines.push(line.trim());
      }
    }
    flush();
  }
  return blocks;
}

const bullet = /^\s*(?:[-*•–]|\d{1,2}[.)])\s+(\S.*)$/;
