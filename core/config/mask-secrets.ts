import type { Diagnostic } from './diagnostic.ts';

/** A key that names a secret, its colon, and its value up to the end of the flow entry or line. */
const secretEntry =
  /((?:[A-Za-z0-9_-]*(?:api_?key|key|token|secret|password|passwd|credential|sid)s?)["']?\s*:\s+)("(?:[^"\\\n]|\\.)*"?|'(?:[^'\n]|'')*'?|\[[^\]\n]*|[^\s,{}[\]#][^\n,}\]]*)/gi;

/** A key that counts or times the tokens of a model, and a number as its value: `firstToken: 4s`, `maxTokens: 800`. */
const countedTokens = /(?:first|last|max|min|input|output|prompt|context|thinking|total)[a-z_-]*tokens?["']?\s*:\s+$/i;
const plainAmount = /^\d{1,7}(?:\.\d{1,3})?\s?(?:ms|s|m|min|h)?\s*(?:#.*)?$/;

/** A switch tells nobody anything, whatever its key is called: `allowPlainSecrets: false`. */
const plainSwitch = /^(?:true|false|null|~)\s*(?:#.*)?$/i;

/** A line longer than this is data, and cut before anybody sees it. */
const maxLength = 10_000;

/**
 * Line `number` of a file (from 1) with what may be a secret replaced by stars of the same length, so that columns stay: values
 * that a problem calls a secret, and values of keys that are named like one. References are no secrets.
 */
export function maskedLine(line: string, number: number, diagnostics: readonly Diagnostic[]): string {
  let masked = line;
  for (const { code, range } of diagnostics) {
    if (code !== 'BOT1024' || number < range.start.line || number > range.end.line) continue;
    const from = number === range.start.line ? range.start.column - 1 : 0;
    const to = number === range.end.line ? range.end.column - 1 : line.length;
    masked = masked.slice(0, from) + stars(masked.slice(from, to)) + masked.slice(to);
  }
  if (masked.length > maxLength) return masked;
  return masked.replace(secretEntry, (all, key: string, value: string) => {
    const plain =
      value.includes('${') || plainSwitch.test(value) || (countedTokens.test(key) && plainAmount.test(value));
    return plain ? all : key + stars(value);
  });
}

function stars(text: string): string {
  return text.replace(/[^\s"'[\],]/g, '*');
}
