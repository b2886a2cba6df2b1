import { Marked, type Token } from 'marked';

const parser = new Marked({ gfm: true, breaks: true });
/** The parser takes quadratic time for some texts: 0.4 s for 20,000 units of `_a`. */
const maxParsed = 20_000;

/** Parts that are nested deeper are taken as they stand. */
export const maxDepth = 12;

/** What `read` makes of a Markdown text; undefined for one that is too long, or nested beyond what the parser bears. */
export function readMarkdown<Result>(markdown: string, read: (tokens: readonly Token[]) => Result): Result | undefined {
  if (markdown.length > maxParsed) return undefined;
  try {
    return read(parser.lexer(markdown));
  } catch {
    return undefined;
  }
}

export function childrenOf(token: Token): readonly Token[] {
  return 'tokens' in token && Array.isArray(token.tokens) ? token.tokens : [];
}

/** The bullet or number of a list's item, with the space after it. */
export function markerOf(item: string): string {
  return /^ *(?:[-*+]|\d+[.)])[ \t]*/.exec(item)?.[0] ?? '';
}

/** The line ends a part ends with. */
export function endOf(part: string): string {
  return /\n*$/.exec(part)?.[0] ?? '';
}
