import type { Token, Tokens } from 'marked';
import { inlineLinks } from './inline-links.ts';
import { childrenOf, endOf, markerOf, maxDepth, readMarkdown } from './markdown-tokens.ts';
import { cutBefore, lastBreak, splitText } from './split-text.ts';

/** Only then it is worth another reading. */
const mayDefine = /^[ >]*\[[^\]]+\]:/m;

/**
 * Pieces of at most `maxLength` UTF-16 units, each of them Markdown of its own: what is open at a cut (bold, a link, code, a table) is
 * closed before it and opened again after it. What cannot be read is cut as plain text.
 */
export function splitMarkdown(markdown: string, maxLength: number): readonly string[] {
  if (markdown.length <= maxLength) return [markdown];
  const whole = mayDefine.test(markdown)
    ? (readMarkdown(markdown, (tokens) => inlineLinks(markdown, tokens)) ?? markdown)
    : markdown;
  const pieces = readMarkdown(whole, (tokens) => new MarkdownSplitter(maxLength).split(tokens)) ?? [whole];
  return pieces.flatMap((piece) => splitText(piece, maxLength));
}

/** Opened at `at` of the current piece. */
interface Mark {
  readonly open: string;
  readonly close: string;
  at: number;
}

class MarkdownSplitter {
  readonly #maxLength: number;
  readonly #pieces: string[] = [];
  readonly #marks: Mark[] = [];
  #current = '';

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  split(tokens: readonly Token[]): readonly string[] {
    this.#blocks(tokens, 0);
    this.#flush();
    return this.#pieces;
  }

  #blocks(tokens: readonly Token[], depth: number): void {
    for (const token of tokens) if (!this.#takes(token.raw)) this.#block(token, depth);
  }

  /** A part that is longer than the rest of the room. */
  #block(token: Token, depth: number): void {
    if (depth > maxDepth) {
      this.#words(token.raw);
      return;
    }
    switch (token.type) {
      case 'code': {
        const fence = /^ {0,3}(`{3,}|~{3,})[^\n]*\n/.exec(token.raw);
        if (fence === null) this.#words(token.raw.trimEnd());
        else this.#within(fence[0].trimStart(), `\n${fence[1]}`, () => this.#words((token as Tokens.Code).text));
        break;
      }
      case 'list':
        for (const [index, item] of (token as Tokens.List).items.entries()) this.#item(token, item, index, depth);
        break;
      case 'table': {
        const [names = '', dashes = '', ...rows] = token.raw.trimEnd().split('\n');
        this.#within(`${names}\n${dashes}\n`, '', () => this.#words(rows.join('\n')));
        break;
      }
      case 'blockquote':
        this.#quote(token);
        break;
      case 'heading': {
        const prefix = /^ {0,3}#+[ \t]+/.exec(token.raw)?.[0] ?? '';
        this.#within(prefix, '', () => this.#inline(childrenOf(token), depth));
        break;
      }
      case 'paragraph':
      case 'text':
        if (childrenOf(token).length > 0) this.#inline(childrenOf(token), depth);
        else this.#words(token.raw.trimEnd());
        break;
      default:
        this.#words(token.raw.trimEnd());
    }
    this.#current += endOf(token.raw);
  }

  /** With its number, which an item after a cut would else count from itself. */
  #item(token: Token, item: Tokens.ListItem, index: number, depth: number): void {
    const { start } = token as Tokens.List;
    const raw = typeof start === 'number' ? item.raw.replace(/^( *)\d+/, `$1${start + index}`) : item.raw;
    if (this.#takes(raw)) return;
    // Not the number alone in front of the cut.
    if (raw.length <= this.#maxLength || this.#room() < this.#maxLength / 3) this.#flush();
    if (this.#takes(raw)) return;
    this.#current += markerOf(raw);
    this.#blocks(item.tokens, depth + 1);
    this.#current += '\n';
  }

  #quote(token: Token): void {
    const marks = 2 * (token.raw.split('\n').length + 2);
    if (marks > this.#maxLength / 2) {
      this.#words(token.raw.trimEnd());
      return;
    }
    this.#flush();
    const inside = new MarkdownSplitter(this.#maxLength - marks).split(childrenOf(token));
    for (const piece of inside) {
      this.#flush();
      this.#current += piece.replace(/^/gm, '> ');
    }
  }

  #inline(tokens: readonly Token[], depth: number): void {
    for (const token of tokens) {
      // A link of a few words is rather moved than cut.
      if (token.type === 'text' ? this.#fits(token.raw) : this.#takes(token.raw)) {
        if (token.type === 'text') this.#words(token.raw);
        continue;
      }
      const children = childrenOf(token);
      const marks = depth > maxDepth ? undefined : marksOf(token);
      if (marks === undefined) this.#words(token.raw);
      else {
        this.#within(...marks, () => {
          if (children.length > 0) this.#inline(children, depth + 1);
          else this.#words(token.raw.slice(marks[0].length, -marks[1].length));
        });
      }
    }
  }

  #within(open: string, close: string, inner: () => void): void {
    const length = this.#marks.reduce((sum, mark) => sum + mark.open.length + mark.close.length, 0);
    // Marks that leave no room for words: an address of thousands of characters.
    if (length + open.length + close.length > this.#maxLength / 2) {
      inner();
      return;
    }
    // Else nothing but the marks would stand in front of the cut.
    if (this.#room() <= open.length + close.length) this.#flush();
    const mark = { open, close, at: this.#current.length };
    this.#marks.push(mark);
    this.#current += open;
    inner();
    this.#marks.pop();
    this.#current = closed(this.#current, mark);
  }

  #words(text: string): void {
    let rest = this.#isFresh() ? this.#begun(text) : text;
    while (rest.trimEnd().length > this.#room()) {
      const room = this.#room();
      const cut = room > 0 ? lastBreak(rest.slice(0, room + 1), room) : undefined;
      if (cut === undefined && !this.#isFresh()) {
        this.#flush();
        rest = this.#begun(rest);
        continue;
      }
      const end = cut ?? cutBefore(rest, room);
      this.#current += rest.slice(0, end);
      this.#flush();
      rest = this.#begun(rest.slice(end));
    }
    this.#current += rest;
  }

  /** The words at the start of a piece: without white space, but code keeps its indentation. */
  #begun(text: string): string {
    return this.#marks.some(({ close }) => close.startsWith('\n')) ? text.replace(/^\n+/, '') : text.trimStart();
  }

  /** Whole, here or, if it is short, in the next piece. */
  #takes(raw: string): boolean {
    if (!this.#fits(raw)) {
      if (raw.trim().length > this.#maxLength / 3) return false;
      this.#flush();
      if (!this.#fits(raw)) return false;
    }
    this.#current += this.#isFresh() ? raw.replace(/^\s*\n/, '') : raw;
    return true;
  }

  #fits(raw: string): boolean {
    return raw.trimEnd().length <= this.#room();
  }

  #room(): number {
    return this.#marks.reduce((room, { close }) => room - close.length, this.#maxLength - this.#current.length);
  }

  /** Nothing but marks so far. */
  #isFresh(): boolean {
    return this.#current.length === this.#marks.reduce((length, { open }) => length + open.length, 0);
  }

  #flush(): void {
    const piece = this.#marks.reduceRight(closed, this.#current).trimEnd();
    if (piece.trim() !== '') this.#pieces.push(piece);
    this.#current = '';
    for (const mark of this.#marks) {
      mark.at = this.#current.length;
      this.#current += mark.open;
    }
  }
}

/** Without the mark where nothing stands in it. A closing mark does not follow white space. */
function closed(text: string, { open, close, at }: Mark): string {
  const words = close === '' ? text : text.trimEnd();
  return words.length <= at + open.trimEnd().length ? text.slice(0, at) : words + close;
}

/** What opens and closes it; undefined for what is not cut. */
function marksOf({ type, raw, ...token }: Token): readonly [string, string] | undefined {
  switch (type) {
    case 'strong':
      return [raw.slice(0, 2), raw.slice(0, 2)];
    case 'em':
      return [raw.slice(0, 1), raw.slice(0, 1)];
    case 'del':
    case 'codespan': {
      const mark = /^(`+|~+)/.exec(raw)?.[0] ?? '';
      return [mark, mark];
    }
    case 'link': {
      const end = raw.startsWith('[') ? raw.lastIndexOf('](') : -1;
      return end < 0 || !('tokens' in token) ? undefined : ['[', raw.slice(end)];
    }
    default:
      return undefined;
  }
}
