import { load } from 'cheerio';
import type { AnyNode, Element } from 'domhandler';
import { PolyphonError } from '../../contract/index.ts';
import type { Block, ExtractedText } from './block.ts';
import { decodeText } from './decode-text.ts';
import { TableRows } from './html-table.ts';
import { titleHeading } from './title-heading.ts';

const left =
  'script,style,noscript,template,svg,canvas,iframe,nav,footer,aside,form,button,[hidden],[aria-hidden="true"]';
const blockTags = new Set(
  'address article blockquote body dd details dialog div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 header hr li main ol p pre section summary table tr ul'.split(
    ' ',
  ),
);

/** The main part of a page, or its body, without navigation and scripts. */
export function extractHtml(bytes: Uint8Array): ExtractedText {
  const html = decodeText(bytes);
  refuseDeep(html);
  const $ = load(html);
  const told = oneLine($('title').first().text());
  const language = $('html').attr('lang')?.trim();
  $(left).remove();
  const main = $('main,[role="main"]').first();
  const start = main.length > 0 ? main.get(0) : $('body').get(0);
  const blocks = start === undefined ? [] : walk(start, (node) => oneLine($(node).text()));
  const title = told === '' ? titleHeading(blocks) : told;
  return {
    blocks,
    ...(title === undefined ? {} : { title }),
    ...(language === undefined || language === '' ? {} : { language }),
  };
}

/** Parsing takes the square of it: 20,000 levels half a second, 100,000 above ten. Pages of people nest below a hundred. */
const maxNesting = 20_000;
/** Elements that nothing has to close, because they are empty or the next one closes them. */
const unclosed = new Set(
  'area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot colgroup option optgroup html head body'.split(
    ' ',
  ),
);

/** @throws PolyphonError KNW8004. Counted from the tags alone, before anything is built from them. */
function refuseDeep(html: string): void {
  let depth = 0;
  for (const [, end, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9-]*)/gi)) {
    if (unclosed.has(name.toLowerCase())) continue;
    depth = end === '/' ? Math.max(0, depth - 1) : depth + 1;
    if (depth <= maxNesting) continue;
    throw new PolyphonError(
      'KNW8004',
      `The page nests its elements deeper than ${maxNesting} levels. Save it in a simpler form and replace the file.`,
    );
  }
}

type Pending = (AnyNode | 'end-of-block')[];

/** Without recursion: a page may nest deeper than the stack. */
function walk(start: AnyNode, textOf: (node: AnyNode) => string): readonly Block[] {
  const blocks: Block[] = [];
  const tables = new TableRows(textOf);
  let open = '';
  const flush = (): void => {
    const text = oneLine(open);
    if (text !== '') blocks.push({ kind: 'paragraph', text });
    open = '';
  };
  const pending: Pending = [start];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node === 'end-of-block') flush();
    else if (node.type === 'text') open += node.data;
    else if (node.type !== 'tag') continue;
    else if (node.name === 'br') open += '\n';
    else {
      const isBlock = blockTags.has(node.name);
      if (isBlock) flush();
      if (pushWhole(node, textOf, tables, blocks, pending)) continue;
      if (isBlock) pending.push('end-of-block');
      for (const child of node.children.toReversed()) pending.push(child);
    }
  }
  flush();
  return blocks;
}

/** Headings, items and rows are taken as they are; true when the element is done. */
function pushWhole(
  node: Element,
  textOf: (node: AnyNode) => string,
  tables: TableRows,
  into: Block[],
  pending: Pending,
): boolean {
  const level = /^h([1-6])$/.exec(node.name)?.[1];
  if (level !== undefined) {
    const text = textOf(node);
    if (text !== '') into.push({ kind: 'heading', level: Number(level), text });
    return true;
  }
  if (node.name === 'hr') {
    into.push({ kind: 'break' });
    return true;
  }
  if (node.name === 'li') {
    pushItem(node, textOf, into, pending);
    return true;
  }
  if (node.name === 'tr') {
    const cells = tables.cellsOf(node);
    if (cells !== undefined) into.push({ kind: 'table-row', cells });
    return true;
  }
  return false;
}

function pushItem(item: Element, textOf: (node: AnyNode) => string, into: Block[], pending: Pending): void {
  const lists = item.children.filter((child) => child.type === 'tag' && (child.name === 'ul' || child.name === 'ol'));
  const own = item.children.filter((child) => !lists.includes(child));
  const text = oneLine(own.map(textOf).join(' '));
  if (text !== '') into.push({ kind: 'item', text });
  pending.push(...lists.toReversed());
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
