import type { Place } from './source-text.ts';
import type { ScalarNode } from './tree.ts';

/** A scalar cut into what it says and what it refers to. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'env';
      readonly name: string;
      readonly written: string;
      /** `:-default` */
      readonly otherwise?: string;
      /** `:?message` */
      readonly message?: string;
    }
  | { readonly kind: 'secret' | 'file'; readonly name: string; readonly written: string };
export type Reference = Exclude<Part, { readonly kind: 'text' }>;

export interface ReferenceFault {
  readonly written: string;
  readonly detail: string;
  readonly suggestion?: string;
}

const whole = /\$\$\{|\$\{([^}]*)(\}?)/g;

export function mayRefer(text: string): boolean {
  return text.includes('${');
}

/** Parts in order. `$${` stands for a literal `${`. */
export function parseReferences(text: string): readonly Part[] | ReferenceFault {
  const parts: Part[] = [];
  let from = 0;
  const literal = (piece: string) => {
    if (piece !== '') parts.push({ kind: 'text', text: piece });
  };
  for (const match of text.matchAll(whole)) {
    literal(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[0] === '$${') {
      literal('${');
      continue;
    }
    const reference = parseOne(match[0], match[1] ?? '', match[2] === '}');
    if ('detail' in reference) return reference;
    parts.push(reference);
  }
  literal(text.slice(from));
  return parts;
}

function parseOne(written: string, inside: string, closed: boolean): Reference | ReferenceFault {
  if (!closed)
    return { written: `\${`, detail: `close the reference with }, or write $\${ for the two characters themselves` };
  const [, kind, rest = ''] = /^\s*([a-z]+)\s*:(.*)$/s.exec(inside) ?? [];
  if (kind === 'env') {
    const [, name, mark, tail = ''] = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:(:-|:\?)(.*))?$/s.exec(rest) ?? [];
    if (name === undefined)
      return { written, detail: `write the name of the variable, as in \${env:CRM_URL} or \${env:CRM_URL:-default}` };
    if (tail.includes('${'))
      return { written, detail: 'a default or a message is plain text: put no other reference into it' };
    if (mark === ':-') return { kind: 'env', name, written, otherwise: tail };
    if (mark === ':?') return { kind: 'env', name, written, message: tail };
    return { kind: 'env', name, written };
  }
  if (kind === 'secret') {
    const name = rest.trim();
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(name)) {
      return {
        written,
        detail: `write the name of the secret in letters, digits, - and _, as in \${secret:crm_token}`,
      };
    }
    return { kind: 'secret', name, written };
  }
  if (kind === 'file') {
    const name = rest.trim();
    return name === ''
      ? { written, detail: `write the path of a file in the folder, as in \${file:prompts/intro.md}` }
      : { kind: 'file', name, written };
  }
  const bare = /^[A-Za-z_][A-Za-z0-9_]*$/.test(inside.trim());
  return {
    written,
    detail: `a reference is \${env:NAME}, \${secret:name} or \${file:path}; $\${ stands for the two characters themselves`,
    ...(bare ? { suggestion: `\${env:${inside.trim()}}` } : {}),
  };
}

/** Where a reference stands inside its scalar; the scalar itself where escapes hide it. */
export function referencePlace(node: ScalarNode, written: string): Place {
  const { source, start, end } = node.place;
  const at = source.text.indexOf(written, start);
  return at === -1 || at + written.length > end ? node.place : { source, start: at, end: at + written.length };
}
