import { decodeHTMLStrict } from 'entities';
import type { Token, Tokens } from 'marked';
import { childrenOf, endOf, markerOf, maxDepth, readMarkdown } from './markdown-tokens.ts';

const word = /[\p{L}\p{N}]/u;

/**
 * Markdown as a person would write it where no marks are shown: the words, with addresses spelled out. A text without marks comes back
 * as it is, byte for byte, and so does what only looks like a mark (`2*3*4`, `__init__`, a list, a line of dashes) or cannot be read.
 */
export function plainText(markdown: string): string {
  if (!/[*_`[#|<&]/.test(markdown)) return markdown;
  const plain = readMarkdown(markdown, (tokens) => {
    const writer = new PlainWriter();
    const words = writer.blocks(tokens, 0);
    return writer.hasMarks && words.trim() !== '' ? words : undefined;
  });
  return plain ?? markdown;
}

class PlainWriter {
  hasMarks = false;

  blocks(tokens: readonly Token[], depth: number): string {
    return tokens.map((token) => this.#block(token, depth)).join('');
  }

  #block(token: Token, depth: number): string {
    if (depth > maxDepth) return token.raw;
    const end = endOf(token.raw);
    switch (token.type) {
      case 'heading': {
        const words = this.#inline(childrenOf(token));
        if (token.raw.trimStart().startsWith('#')) return this.#marked(words + end);
        return words + token.raw.slice(token.raw.trimEnd().lastIndexOf('\n'));
      }
      case 'code':
        // Indented text is as likely no code at all.
        return 'codeBlockStyle' in token ? token.raw : this.#marked((token as Tokens.Code).text + end);
      case 'blockquote':
        return (
          this.blocks(childrenOf(token), depth + 1)
            .trimEnd()
            .replace(/^/gm, '> ') + end
        );
      case 'list':
        return (token as Tokens.List).items.map((item) => this.#item(item, depth)).join('') + endOfList(token);
      case 'table': {
        const { header, rows } = token as Tokens.Table;
        const lines = [header, ...rows].map((row) => row.map((cell) => this.#inline(cell.tokens)).join(' | '));
        return this.#marked(lines.join('\n') + end);
      }
      case 'paragraph':
      case 'text':
        return childrenOf(token).length === 0 ? this.#decoded(token.raw) : this.#inline(childrenOf(token)) + end;
      default:
        return token.raw;
    }
  }

  #item(item: Tokens.ListItem, depth: number): string {
    const marker = markerOf(item.raw);
    const lines = this.blocks(item.tokens, depth + 1).trimEnd();
    const end = endOf(item.raw);
    return marker + lines.replace(/\n(?=[^\n])/g, `\n${' '.repeat(marker.length)}`) + end;
  }

  #inline(tokens: readonly Token[]): string {
    return tokens
      .map((token, index) => {
        const before = tokens[index - 1]?.raw.at(-1) ?? '';
        const after = tokens[index + 1]?.raw[0] ?? '';
        return this.#span(token, word.test(before), word.test(after));
      })
      .join('');
  }

  #span(token: Token, followsWord: boolean, precedesWord: boolean): string {
    const { raw } = token;
    const children = childrenOf(token);
    switch (token.type) {
      case 'strong':
      case 'em': {
        const words = this.#inline(children);
        const marks = raw.slice(0, token.type === 'strong' ? 2 : 1);
        const isName = marks === '__' && /^[a-z][a-z\d_]*$/.test(words);
        const isProduct = followsWord && precedesWord && /^[\d.,\s]+$/.test(words);
        const isInWord = followsWord && precedesWord && token.type === 'em';
        return isName || isProduct || isInWord ? marks + words + marks : this.#marked(words);
      }
      case 'del': {
        // Without its marks, what was struck out would be said again.
        const marks = raw.startsWith('~~') ? '~~' : '~';
        return marks + this.#inline(children) + marks;
      }
      case 'codespan':
        // An apostrophe of the wrong key: it`s.
        return followsWord ? raw : this.#marked((token as Tokens.Codespan).text);
      case 'link':
      case 'image':
        return this.#link(token as Tokens.Link | Tokens.Image);
      case 'br':
        return '\n';
      case 'html':
        return /^<br\s*\/?>$/i.test(raw) ? this.#marked('\n') : raw;
      default:
        return children.length === 0 ? this.#decoded(raw) : this.#inline(children);
    }
  }

  #link(token: Tokens.Link | Tokens.Image): string {
    const { raw, href } = token;
    if (/^<https?:/i.test(raw)) return this.#marked(href);
    // A bare address, or a reference as in a footnote.
    if (!raw.includes('](')) return raw;
    const label = token.type === 'image' ? token.text : this.#inline(childrenOf(token));
    const address = this.#decoded(href).replace(/^(mailto|tel):/i, '');
    const isSame = label.trim() === '' || essence(label) === essence(address);
    return this.#marked(isSame ? address : `${label} (${address})`);
  }

  /** A model that writes for web pages escapes as they do. */
  #decoded(text: string): string {
    const plain = decodeHTMLStrict(text);
    return plain === text ? text : this.#marked(plain);
  }

  #marked(plain: string): string {
    this.hasMarks = true;
    return plain;
  }
}

/** The last item's raw has lost the line end that the list's raw has. */
function endOfList(token: Token): string {
  const last = (token as Tokens.List).items.at(-1)?.raw ?? '';
  return endOf(token.raw).slice(endOf(last).length);
}

function essence(address: string): string {
  return address
    .trim()
    .replace(/^(https?:\/\/)?(www\.)?/i, '')
    .replace(/\/$/, '')
    .toLowerCase();
}
