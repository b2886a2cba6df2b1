import { Marked, type Tokens } from 'marked';
import { safeUrl } from './safe-url.ts';

/**
 * Markdown as answers carry it, made into HTML of a small vocabulary: no raw HTML, no images (a link with their text stands in),
 * no link but http, https, mailto and tel. What comes out still passes the sanitiser before it reaches the page.
 */
const markdown = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
    // The page around us has its own outline of headings.
    heading({ tokens }: Tokens.Heading) {
      return `<p class="heading">${this.parser.parseInline(tokens)}</p>\n`;
    },
    link({ href, tokens }: Tokens.Link) {
      return anchor(href, this.parser.parseInline(tokens));
    },
    image: ({ href, text }: Tokens.Image) => anchor(href, escapeHtml(text || href)),
    code: ({ text }: Tokens.Code) => `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>\n`,
    checkbox: ({ checked }: Tokens.Checkbox) => (checked ? '☑ ' : '☐ '),
    table(token: Tokens.Table) {
      const row = (cells: Tokens.TableCell[], tag: 'th' | 'td') =>
        `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')}</tr>`;
      const body = token.rows.map((cells) => row(cells, 'td')).join('');
      return `<div class="table" tabindex="0"><table><thead>${row(token.header, 'th')}</thead><tbody>${body}</tbody></table></div>\n`;
    },
  },
});

/**
 * The text block by block (paragraph, list, table…), as HTML that is not yet sanitised. A growing text changes only its last
 * block, so that what has been read already stays as it is.
 */
export function renderBlocks(text: string, state: 'complete' | 'growing'): readonly string[] {
  const source = state === 'growing' ? closeOpenMarks(text) : text;
  return markdown
    .lexer(source)
    .filter((token) => token.type !== 'space' && token.type !== 'def')
    .map((token) => markdown.parser([token]));
}

/** The words alone, as they are read aloud. Not for the page: it is text, not HTML. */
export function plainText(text: string): string {
  return renderBlocks(text, 'complete')
    .join('\n')
    .replace(/<\/?(?:a|strong|em|del|code)(?: [^>]*)?>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}

function anchor(href: string, content: string): string {
  const url = safeUrl(href);
  return url ? `<a href="${escapeHtml(url)}" target="_blank" rel="noopener noreferrer">${content}</a>` : content;
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}

/**
 * Completes markdown that is still being written, so that nothing flickers: no raw `**`, no half link, no table that is a
 * paragraph first, no paragraph that is a heading for a moment because the next line begins with a dash.
 */
export function closeOpenMarks(text: string): string {
  const fences = text.match(/^ {0,3}(`{3,}|~{3,})/gm) ?? [];
  if (fences.length % 2 === 1) return `${text}\n${fences.at(-1)?.trim() ?? ''}`;
  const start = text.search(/(?:^|\n[ \t]*\n)(?![\s\S]*\n[ \t]*\n)/);
  const head = text.slice(0, Math.max(0, start));
  return head + closeBlock(text.slice(head.length));
}

function closeBlock(block: string): string {
  let tail = block
    // A line of marks alone is a list item, a rule or an underline to come.
    .replace(/(^|\n)[ \t]*(?:[-=*_+#]+|\d{1,9}[.)]?|>)[ \t]*$/, '')
    .replace(/\n?[ \t]*(?:`{1,2}|~{1,2})$/, (marks) => (marks.startsWith('\n') ? '' : marks));
  if (/^\s*\|/.test(tail) && !/\n\s*\|?\s*:?-{3,}:?\s*\|.*\n/.test(tail))
    return tail.replace(/(^|\n)\s*\|[\s\S]*$/, '');
  tail = tail
    .replace(/!?\[([^\][\n]*)\]\([^)\n]*$/, '$1')
    .replace(/!?\[([^\][\n]*)$/, '$1')
    .replace(/(?<!\w)<?https?:\/\/?$|<[a-z/!]?[^>\s]*$/i, '');
  const codes = (tail.match(/`/g) ?? []).length;
  if (codes % 2 === 1) return `${tail}\``;
  const prose = tail.replace(/`[^`]*`/g, '').replace(/(^|\n)[ \t]*[*+-] /g, '$1');
  for (const mark of ['**', '__', '~~']) {
    const open = prose.split(mark).length % 2 === 0;
    if (!open) continue;
    return tail.trimEnd().endsWith(mark) ? tail.trimEnd().slice(0, -mark.length) : `${tail.trimEnd()}${mark}`;
  }
  const single = prose.replaceAll('**', '').match(/\*/g)?.length ?? 0;
  if (single % 2 === 0) return tail;
  const trimmed = tail.trimEnd();
  return trimmed.endsWith('*') ? trimmed.slice(0, -1) : `${trimmed}*`;
}
