import type { Token, Tokens } from 'marked';

/** Of the scripts that put spaces between words: elsewhere a mark stands between letters all the time. */
const word = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}]/u;

/**
 * The marks of a token whose author meant none: `120*60*75 cm`, `__init__`, `9:00~12:00, 13:00~17:00`. Taken as marks they would be gone,
 * and with them the meaning. Undefined for all other tokens. `before` and `after` are the characters beside it.
 */
export function marksOnlyInLook(token: Token, before = '', after = ''): string | undefined {
  const { type, raw } = token;
  switch (type) {
    case 'del':
      return raw.startsWith('~~') ? undefined : '~';
    case 'em':
      return word.test(before) && word.test(after) ? raw.slice(0, 1) : undefined;
    case 'strong': {
      const { text } = token as Tokens.Strong;
      const isProduct = word.test(before) && word.test(after) && /^[\d.,\s]+$/.test(text);
      const isName = raw.startsWith('__') && /^[a-z][a-z\d_]*$/.test(text);
      return isProduct || isName ? raw.slice(0, 2) : undefined;
    }
    default:
      return undefined;
  }
}
