import { RE2JS } from 're2js';
import { PolyphonError } from '../contract/index.ts';
import { leadsOut } from './folder-file.ts';

/** A pattern longer than this is a mistake. */
const maxPatternLength = 1000;

/**
 * A linear-time matcher for a glob with `**`, `*`, `?` and `{a,b}` over relative paths with `/`.
 * @throws PolyphonError BOT1025 for a pattern that leads out of the folder, BOT1026 for one that is malformed.
 */
export function compileGlob(pattern: string): { readonly matches: (path: string) => boolean } {
  const bare = pattern.replace(/^\.\//, '');
  if (bare === '' || bare.length > maxPatternLength) {
    throw new PolyphonError(
      'BOT1026',
      `The file pattern is empty or longer than ${maxPatternLength} characters. Write one such as knowledge/**/*.md.`,
    );
  }
  if (bare.startsWith('/') || bare.includes('\\') || bare.includes('\0') || bare.split('/').includes('..'))
    throw leadsOut(pattern);
  const expression = toExpression(bare);
  if (expression === undefined) {
    throw new PolyphonError('BOT1026', `The file pattern ${pattern} opens a brace and does not close it. Add the }.`);
  }
  const compiled = RE2JS.compile(`^${expression}$`, RE2JS.DOTALL);
  return { matches: (path) => compiled.matches(path) };
}

/** Why the pattern cannot be used, as the code that `compileGlob` throws; undefined when it can. */
export function globFault(pattern: string): 'BOT1025' | 'BOT1026' | undefined {
  try {
    compileGlob(pattern);
    return undefined;
  } catch (error) {
    return error instanceof PolyphonError && error.code === 'BOT1025' ? 'BOT1025' : 'BOT1026';
  }
}

/** Undefined when a brace stays open. */
function toExpression(pattern: string): string | undefined {
  let expression = '';
  let braces = 0;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] ?? '';
    if (pattern.startsWith('**/', index) && (index === 0 || pattern[index - 1] === '/')) {
      expression += '(?:[^/]+/)*';
      index += 2;
    } else if (pattern.startsWith('**', index)) {
      expression += '.*';
      index += 1;
    } else if (character === '{') {
      braces += 1;
      expression += '(?:';
    } else if (character === '}' && braces > 0) {
      braces -= 1;
      expression += ')';
    } else if (character === ',' && braces > 0) expression += '|';
    else expression += wildcards[character] ?? RE2JS.quote(character);
  }
  return braces > 0 ? undefined : expression;
}

const wildcards: Readonly<Record<string, string>> = { '*': '[^/]*', '?': '[^/]' };

/** The folders before the first wildcard: nothing outside them need be read. */
export function fixedPrefix(pattern: string): string {
  const parts = pattern.replace(/^\.\//, '').split('/').slice(0, -1);
  const wild = parts.findIndex((part) => /[*?{}]/.test(part));
  const fixed = wild === -1 ? parts : parts.slice(0, wild);
  // A brace may hold slashes, as in {a/b,c}: then only what stands before it is fixed.
  return fixed.some((part) => part.startsWith('.')) ? '' : fixed.join('/');
}
