import type { CST, YAMLError } from 'yaml';

/** A bracket, brace or quote without its partner. */
export interface UnclosedSign {
  readonly offset: number;
  readonly sign: string;
  readonly closing: string;
}

const closings: Readonly<Record<string, string>> = { '[': ']', '{': '}', '"': '"', "'": "'" };

/**
 * The bracket or quote that was opened and not closed, which is what a person must find. The library reports the place
 * where it gave up, lines further down or past the end of the file.
 */
export function findUnclosed(tokens: readonly CST.Token[], error: YAMLError): UnclosedSign | undefined {
  if (error.code !== 'BAD_INDENT' && error.code !== 'MISSING_CHAR') return undefined;
  let found: UnclosedSign | undefined;
  for (const token of walk(tokens)) {
    if (token.offset >= error.pos[0]) continue;
    const sign = openSign(token, error);
    // The innermost one: the brackets around it are closed by what was meant for it.
    if (sign !== undefined && token.offset >= (found?.offset ?? 0)) {
      found = { offset: token.offset, sign, closing: closings[sign] ?? sign };
    }
  }
  return found;
}

function openSign(token: CST.Token, error: YAMLError): string | undefined {
  if (token.type === 'flow-collection') {
    const sign = token.start.source;
    const closed = token.end.some(({ source }) => source === closings[sign]);
    return error.code === 'BAD_INDENT' && !closed ? sign : undefined;
  }
  if (token.type !== 'double-quoted-scalar' && token.type !== 'single-quoted-scalar') return undefined;
  const ends = token.offset + token.source.length === error.pos[0];
  return error.code === 'MISSING_CHAR' && ends && !/^(["']).*\1$/s.test(token.source) ? token.source[0] : undefined;
}

/** Every token, in no order. Not recursive: the depth is the sender's choice. */
function* walk(tokens: readonly CST.Token[]): Generator<CST.Token> {
  const waiting = [...tokens];
  for (let token = waiting.pop(); token !== undefined; token = waiting.pop()) {
    yield token;
    if (token.type === 'document' && token.value !== undefined) waiting.push(token.value);
    if (token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection') {
      for (const { key, value } of token.items) {
        if (key) waiting.push(key);
        if (value) waiting.push(value);
      }
    }
  }
}
