import { decodeHTMLStrict } from 'entities';
import { Marked, type Token, type Tokens } from 'marked';
import { type Entity, type FormattedText, tidy, withinLimit } from './formatted-text.ts';
import { linkable, spelledOut } from './link-address.ts';
import { marksOnlyInLook } from './marks-only-in-look.ts';

const parser = new Marked({ gfm: true, breaks: true });
const footnoteShape = /^\[\^[^\]]+\]$/;
/** Wider tables break on a telephone; their rows are written as lines. */
const maxTableWidth = 36;
const maxDepth = 12;
/** A line without any of these means itself, as most answers to short questions do; parsing one takes 20 µs. */
const mayHaveMarks = /[\\`*_~[\]<>&#|!\n\t@]|:\/\/|www\.|^\s*(?:[-+=]|\d+[.)])|^ {4}/i;

/**
 * The Markdown of an answer as text and entities. No `parse_mode` is used: there is no mark left that Telegram could fail to parse.
 * What Telegram has no form for (headings, lists, tables, images) is written out.
 */
export function formatMarkdown(markdown: string): FormattedText {
  const source = printable(markdown);
  const writer = new Writer(source);
  if (!mayHaveMarks.test(source)) return tidy({ text: source, entities: [] });
  try {
    writer.blocks(parser.lexer(source), 0);
  } catch {
    // Nested beyond what the parser bears: the words count more than their form.
    return tidy({ text: source, entities: [] });
  }
  return tidy(withinLimit(writer));
}

/** What Telegram would take out or replace, taken out here: else its offsets and ours would differ. */
function printable(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/\r\n?|[\u2028\u2029]/g, '\n')
      // Directions of old: Telegram finds its own for each line.
      .replace(/[\u202a-\u202e]/g, '')
      // Telegram drops the ring of an å in two characters, as in names of files.
      .replace(/\P{M}\u030a/gu, (ringed) => ringed.normalize('NFC'))
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ')
  );
}

class Writer {
  text = '';
  readonly entities: Entity[] = [];
  readonly #source: string;
  #linked = false;
  #quoted = false;

  constructor(source: string) {
    this.#source = source;
  }

  blocks(tokens: readonly Token[], depth: number): void {
    let separator = '';
    for (const token of tokens) {
      if (token.type === 'space' || (token.type === 'def' && this.#isUsed(token as Tokens.Def))) continue;
      this.text += separator;
      this.#block(token, depth);
      separator = token.type === 'heading' || token.type === 'text' ? '\n' : '\n\n';
    }
  }

  #block(token: Token, depth: number): void {
    if (depth > maxDepth) {
      this.text += token.raw;
      return;
    }
    switch (token.type) {
      case 'heading':
        this.#marked({ type: 'bold' }, () => this.#inline(childrenOf(token), depth));
        return;
      case 'code': {
        const language = /^[\w+#.-]{1,32}/.exec((token as Tokens.Code).lang ?? '')?.[0];
        this.#marked({ type: 'pre', ...(language === undefined ? {} : { language }) }, () => {
          this.text += (token as Tokens.Code).text;
        });
        return;
      }
      case 'blockquote':
        this.#quote(() => this.blocks(childrenOf(token), depth + 1));
        return;
      case 'list':
        this.#list(token as Tokens.List, depth);
        return;
      case 'table':
        this.#table(token as Tokens.Table, depth);
        return;
      case 'def':
        this.text += token.raw.trim();
        return;
      case 'hr':
        this.text += '———';
        return;
      case 'html':
        this.text += (token as Tokens.HTML).text.trimEnd();
        return;
      default:
        this.#inline(childrenOf(token).length > 0 ? childrenOf(token) : [token], depth);
    }
  }

  #inline(tokens: readonly Token[], depth: number): void {
    for (const [index, token] of tokens.entries()) {
      const marks = marksOnlyInLook(token, tokens[index - 1]?.raw.at(-1), tokens[index + 1]?.raw[0]);
      if (marks === undefined || depth > maxDepth) this.#span(token, depth);
      else {
        this.text += marks;
        this.#inline(childrenOf(token), depth + 1);
        this.text += marks;
      }
    }
  }

  #span(token: Token, depth: number): void {
    const children = childrenOf(token);
    const inner = () =>
      children.length > 0 && depth <= maxDepth ? this.#inline(children, depth + 1) : this.#plain(token);
    switch (token.type) {
      case 'strong':
        this.#marked({ type: 'bold' }, inner);
        return;
      case 'em':
        this.#marked({ type: 'italic' }, inner);
        return;
      case 'del':
        this.#marked({ type: 'strikethrough' }, inner);
        return;
      case 'codespan':
        // Code in a link would be two marks on the same words: the link is worth more.
        if (this.#linked) this.text += (token as Tokens.Codespan).text;
        else this.#marked({ type: 'code' }, () => this.#write((token as Tokens.Codespan).text));
        return;
      case 'link':
        if (footnoteShape.test(token.raw)) this.text += token.raw;
        else this.#link(decodeHTMLStrict((token as Tokens.Link).href), inner);
        return;
      case 'image':
        this.#link(decodeHTMLStrict((token as Tokens.Image).href), () => this.#write((token as Tokens.Image).text));
        return;
      case 'br':
        this.text += '\n';
        return;
      case 'checkbox':
        this.text += (token as { readonly checked?: boolean }).checked === true ? '☑ ' : '☐ ';
        return;
      case 'html':
        this.text += /^<br\s*\/?>$/i.test(token.raw) ? '\n' : token.raw;
        return;
      default:
        inner();
    }
  }

  /** The address of a link that names it elsewhere, which is shown there. A footnote and an address that no link names are words. */
  #isUsed({ tag, raw }: Tokens.Def): boolean {
    const label = `[${tag}]`;
    const others = this.#source.replace(raw, '').toLowerCase().replaceAll(/\s+/g, ' ');
    return !footnoteShape.test(label) && others.includes(label);
  }

  #plain(token: Token): void {
    this.text += decodeHTMLStrict('text' in token && typeof token.text === 'string' ? token.text : token.raw);
  }

  #link(href: string, inner: () => void): void {
    const start = this.text.length;
    const url = linkable(href);
    if (this.#linked || url === undefined) {
      inner();
      const shown = this.text.slice(start);
      const address = spelledOut(href);
      if (shown === '') this.text += address;
      else if (!this.#linked && !shown.includes(address)) this.text += ` (${address})`;
      return;
    }
    this.#linked = true;
    inner();
    this.#linked = false;
    if (this.text.length === start) this.text += url;
    const shown = this.text.slice(start);
    // Telegram finds bare addresses by itself.
    if (shown !== url && shown !== href) {
      this.entities.push({ type: 'text_link', offset: start, length: shown.length, url });
    }
  }

  #list(list: Tokens.List, depth: number): void {
    const first = typeof list.start === 'number' ? list.start : 1;
    for (const [index, item] of list.items.entries()) {
      if (index > 0) this.text += '\n';
      this.text += `${'   '.repeat(Math.min(depth, 4))}${list.ordered ? `${first + index}. ` : '• '}`;
      let separator = '';
      for (const token of item.tokens) {
        if (token.type === 'space') continue;
        this.text += separator;
        this.#block(token, depth + 1);
        separator = token.type === 'checkbox' ? '' : '\n';
      }
    }
  }

  #table(table: Tokens.Table, depth: number): void {
    const rows = [table.header, ...table.rows].map((row) => row.map((cell) => plainText(cell.tokens)));
    const widths = table.header.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
    const total = widths.reduce((sum, width) => sum + width + 3, -3);
    // In code nothing is a link.
    const isLinked = [table.header, ...table.rows].flat().some((cell) => hasLink(cell.tokens));
    if (total > maxTableWidth || isLinked) {
      this.#tableInLines(table, depth);
      return;
    }
    const lines = rows.map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
        .join(' | ')
        .trimEnd(),
    );
    this.#marked({ type: 'pre' }, () => this.#write(lines.join('\n')));
  }

  #tableInLines({ header, rows }: Tokens.Table, depth: number): void {
    if (rows.length === 0) {
      for (const [column, cell] of header.entries()) {
        if (column > 0) this.text += ' | ';
        this.#inline(cell.tokens, depth);
      }
    }
    for (const [index, row] of rows.entries()) {
      for (const [column, cell] of row.entries()) {
        if (column > 0) this.text += '\n';
        else if (index > 0) this.text += '\n\n';
        const start = this.text.length;
        this.#inline(header[column]?.tokens ?? [], depth);
        if (this.text.length > start) this.text += ': ';
        this.#inline(cell.tokens, depth);
      }
    }
  }

  #quote(inner: () => void): void {
    // A quotation in a quotation is refused.
    if (this.#quoted) {
      inner();
      return;
    }
    this.#quoted = true;
    this.#marked({ type: 'blockquote' }, inner);
    this.#quoted = false;
  }

  #write(text: string): void {
    this.text += text;
  }

  #marked(mark: Pick<Entity, 'type' | 'language'>, inner: () => void): void {
    const at = this.entities.length;
    const offset = this.text.length;
    inner();
    const length = this.text.length - offset;
    if (length === 0) return;
    // In front of what it holds; the same mark once more, as of bold words in a heading, is refused.
    const held = this.entities.splice(at).filter(({ type }) => type !== mark.type);
    this.entities.push({ ...mark, offset, length }, ...held);
  }
}

function childrenOf(token: Token): readonly Token[] {
  return 'tokens' in token && Array.isArray(token.tokens) ? token.tokens : [];
}

function plainText(tokens: readonly Token[]): string {
  const writer = new Writer('');
  writer.blocks([{ type: 'paragraph', raw: '', text: '', tokens: [...tokens] } as Tokens.Paragraph], 0);
  return writer.text.replace(/\s+/g, ' ').trim();
}

function widthOf(text: string): number {
  return [...text].length;
}

function hasLink(tokens: readonly Token[]): boolean {
  return tokens.some((token) => token.type === 'link' || token.type === 'image' || hasLink(childrenOf(token)));
}
