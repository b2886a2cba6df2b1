import type { Token, Tokens } from 'marked';
import { childrenOf } from './markdown-tokens.ts';

/**
 * The same text with the address in each link that names it elsewhere (`[shop][s]`, and `[s]: https://…` at the end), so that it can be
 * cut: the definitions would all be in one piece. Footnotes, and definitions that no link names, stay as they are.
 */
export function inlineLinks(markdown: string, tokens: readonly Token[]): string {
  const leaves = leavesOf(tokens);
  const used = new Set(leaves.filter(isReference).map(({ raw }) => labelOf(raw)));
  const placed: { readonly leaf: Token; readonly at: number }[] = [];
  let from = 0;
  for (const leaf of leaves) {
    const at = markdown.indexOf(leaf.raw.trimEnd(), from);
    // Broken in a quotation, or as code in a list, it stands there otherwise than in its token; its definition is left to it.
    if (at < 0) used.delete(isReference(leaf) ? labelOf(leaf.raw) : '');
    else {
      placed.push({ leaf, at });
      from = at + leaf.raw.trimEnd().length;
    }
  }
  let whole = '';
  let told = 0;
  for (const { leaf, at } of placed) {
    const isNeedless = leaf.type === 'def' && used.has(folded((leaf as Tokens.Def).tag));
    if (!isReference(leaf) && !isNeedless) continue;
    whole += `${markdown.slice(told, at)}${isReference(leaf) ? inlined(leaf) : ''}`;
    told = at + leaf.raw.trimEnd().length;
  }
  return whole + markdown.slice(told);
}

/** Definitions, links, and what may look like them, in their order. */
function leavesOf(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((token): readonly Token[] => {
    switch (token.type) {
      case 'code':
      case 'codespan':
      case 'def':
      case 'escape':
      case 'html':
      case 'image':
        return [token];
      case 'link':
        return isReference(token) ? [token] : leavesOf(childrenOf(token));
      case 'list':
        return (token as Tokens.List).items.flatMap((item) => leavesOf(item.tokens));
      case 'table': {
        const { header, rows } = token as Tokens.Table;
        return [header, ...rows].flat().flatMap((cell) => leavesOf(cell.tokens));
      }
      default:
        return leavesOf(childrenOf(token));
    }
  });
}

function isReference(token: Token): token is Tokens.Link | Tokens.Image {
  return (token.type === 'link' || token.type === 'image') && /^!?\[(?!\^).*\]$/s.test(token.raw);
}

function labelOf(raw: string): string {
  const [, named = ''] = /\]\[([^\]]*)\]$/.exec(raw) ?? [];
  return folded(named === '' ? raw.replace(/^!?\[|\](\[\])?$/g, '') : named);
}

function folded(label: string): string {
  return label.toLowerCase().replace(/\s+/g, ' ').trim();
}

function inlined({ raw, href }: Tokens.Link | Tokens.Image): string {
  const end = raw.lastIndexOf('][');
  const words = end < 0 ? raw : raw.slice(0, end + 1);
  const address = href.replace(/[\s<>]/g, encodeURIComponent);
  return `${words}(${/[()]/.test(address) ? `<${address}>` : address})`;
}
