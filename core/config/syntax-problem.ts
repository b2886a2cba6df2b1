import type { YAMLError } from 'yaml';
import type { Problem } from './problems.ts';

/** Our sentence for the library's code: its own messages quote the source, which may hold a secret. */
const syntax: Readonly<Record<string, readonly [summary: string, detail: string]>> = {
  TAB_AS_INDENT: ['a tab stands where spaces are needed', 'indent with spaces, two a level'],
  BAD_INDENT: ['the indentation does not fit', 'align the line with its neighbours, two spaces a level'],
  MISSING_CHAR: ['a character is missing', 'close the quote, bracket or brace, or put a : and a space after the key'],
  UNEXPECTED_TOKEN: [
    'something stands where it cannot',
    'check quotes, brackets and indentation here and one line above',
  ],
  MULTILINE_IMPLICIT_KEY: [
    'a key runs over several lines',
    'put the key and its : on one line; quote a text that holds ": "',
  ],
  BLOCK_AS_IMPLICIT_KEY: ['a second : stands in one line', 'quote the text that holds ": "'],
  BAD_DQ_ESCAPE: ['an escape after \\ is unknown', 'write \\\\ for a backslash, or use single quotes'],
  BAD_SCALAR_START: ['a text begins with a character that has a meaning in YAML', 'quote the text'],
  BAD_ALIAS: ['an alias or anchor is malformed', 'quote the text if it begins with * or &'],
  BAD_DIRECTIVE: ['a directive is malformed', 'remove the line that begins with %'],
  TAG_RESOLVE_FAILED: ['a tag is unknown', 'remove the word that begins with !, or quote the text'],
  NON_STRING_KEY: ['a key is not a word', 'quote the key'],
  KEY_OVER_1024_CHARS: ['a key is longer than 1024 characters', 'shorten it'],
  MULTIPLE_ANCHORS: ['a value has two anchors', 'keep one'],
  MULTIPLE_TAGS: ['a value has two tags', 'keep one'],
  MULTIPLE_DOCS: ['the file holds more than one document', 'keep one document a file; remove the line with ---'],
  BLOCK_IN_FLOW: ['an indented block stands inside brackets or braces', 'write it in one line with { } or [ ]'],
  RESOURCE_EXHAUSTION: ['the file is more complex than a definition can be', 'simplify it'],
};

/** What a syntax error of the library means to the writer, and where: offsets into the text. */
export function syntaxProblem(
  { code, pos: [start, end] }: YAMLError,
  text: string,
): Omit<Problem, 'severity' | 'place'> & { readonly start: number; readonly end: number } {
  const conflict = /^<{7} .*$/m.exec(text);
  if (conflict !== null) {
    return {
      code: 'BOT1001',
      summary: 'the file holds both sides of a merge conflict',
      detail: 'keep one side, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>',
      start: conflict.index,
      end: conflict.index + conflict[0].length,
    };
  }
  const [summary, detail] =
    code === 'BLOCK_AS_IMPLICIT_KEY' && isContinued(text, start) ? continued : sentenceFor(code);
  return { code: 'BOT1001', summary, detail, start, end: Math.max(end, start + 1) };
}

const continued = [
  'the next line is indented deeper and reads as a part of this value',
  'align the next line with this key, or quote the value if it goes on there',
] as const;

/** The line after `offset` is indented deeper than the key whose value begins there. */
function isContinued(text: string, offset: number): boolean {
  const begin = text.lastIndexOf('\n', offset - 1) + 1;
  const [here = '', next = ''] = text.slice(begin).split('\n', 2);
  const indent = (line: string) => line.length - line.trimStart().length;
  const rest = here.slice(offset - begin);
  return !/:(\s|$)/.test(rest) && next.trim() !== '' && indent(next) > indent(here);
}

function sentenceFor(code: string): readonly [summary: string, detail: string] {
  return syntax[code] ?? ['the file is not valid YAML here', 'check this line and the one above it'];
}
