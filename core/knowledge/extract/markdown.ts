import { decodeHTMLStrict } from 'entities';
import { lexer, type Token, type Tokens } from 'marked';
import type { Block, ExtractedText } from './block.ts';
import { columnNames, unnamedColumn } from './column-names.ts';
import { decodeText } from './decode-text.ts';
import { titleHeading } from './title-heading.ts';

/** Deeper lists are read as flat ones. */
const maxDepth = 12;

export function extractMarkdown(bytes: Uint8Array): ExtractedText {
  const { text, language, title } = takeFrontMatter(decodeText(bytes));
  const blocks: Block[] = [];
  for (const token of lexer(text)) pushBlocks(token, blocks, 0);
  const named = title ?? titleHeading(blocks);
  return {
    blocks,
    ...(named === undefined ? {} : { title: named }),
    ...(language === undefined ? {} : { language }),
  };
}

function pushBlocks(token: Token, into: Block[], depth: number): void {
  if (depth > maxDepth) return;
  switch (token.type) {
    case 'heading':
      into.push({ kind: 'heading', level: (token as Tokens.Heading).depth, text: inlineText(token) });
      return;
    case 'paragraph':
      into.push({ kind: 'paragraph', text: inlineText(token) });
      return;
    case 'code':
      into.push({ kind: 'paragraph', text: (token as Tokens.Code).text });
      return;
    case 'hr':
      into.push({ kind: 'break' });
      return;
    case 'blockquote':
      for (const inner of (token as Tokens.Blockquote).tokens) pushBlocks(inner, into, depth + 1);
      return;
    case 'list':
      for (const item of (token as Tokens.List).items) pushItem(item, into, depth + 1);
      return;
    case 'table': {
      const { header, rows } = token as Tokens.Table;
      const names = columnNames(header.map((cell) => plain(cell.tokens)));
      for (const row of rows) {
        const cells = Object.fromEntries(
          row.map((cell, index) => [names[index] ?? unnamedColumn(index), plain(cell.tokens)]),
        );
        into.push({ kind: 'table-row', cells });
      }
      return;
    }
    case 'html': {
      const text = (token as Tokens.HTML).text.replace(/<!--[\s\S]*?-->|<[^>]{0,2000}>/g, ' ').trim();
      if (text !== '') into.push({ kind: 'paragraph', text: oneLine(text) });
      return;
    }
    default:
      return;
  }
}

/** The item's own words are one block; lists inside it follow as items of their own. */
function pushItem(item: Tokens.ListItem, into: Block[], depth: number): void {
  const own = item.tokens.filter((token) => token.type !== 'list');
  const text = oneLine(own.map((token) => inlineText(token)).join(' '));
  if (text !== '') into.push({ kind: 'item', text });
  for (const token of item.tokens) if (token.type === 'list') pushBlocks(token, into, depth);
}

function inlineText(token: Token): string {
  if ('tokens' in token && Array.isArray(token.tokens)) return plain(token.tokens);
  return 'text' in token && typeof token.text === 'string' ? oneLine(token.text) : '';
}

function plain(tokens: readonly Token[]): string {
  return oneLine(tokens.map(inlinePart).join(''));
}

function inlinePart(token: Token): string {
  switch (token.type) {
    case 'br':
      return '\n';
    case 'html':
      return ' ';
    case 'image':
      return (token as Tokens.Image).text;
    default:
      if ('tokens' in token && Array.isArray(token.tokens) && token.tokens.length > 0)
        return token.tokens.map(inlinePart).join('');
      return 'text' in token && typeof token.text === 'string' ? decodeEntities(token.text) : '';
  }
}

/** Spaces of any kind are spaces to a search. */
function decodeEntities(text: string): string {
  return decodeHTMLStrict(text).replaceAll('\u00a0', ' ');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Only what Polyphon uses is read; the rest of the block is left out of the text. */
function takeFrontMatter(text: string): { readonly text: string; readonly language?: string; readonly title?: string } {
  const match = /^---\n([\s\S]{0,4000}?)\n---(?:\n|$)/.exec(text);
  if (match === null) return { text };
  const field = (name: string) => new RegExp(`^${name}:\\s*["']?(.+?)["']?\\s*$`, 'm').exec(match[1] ?? '')?.[1];
  const language = field('lang') ?? field('language');
  const title = field('title');
  return {
    text: text.slice(match[0].length),
    ...(language === undefined ? {} : { language }),
    ...(title === undefined ? {} : { title }),
  };
}
