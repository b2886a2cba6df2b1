import { parse } from 'csv-parse/sync';
import { marked } from 'marked';
import { isCollection, isMap, isNode, isPair, LineCounter, parseDocument } from 'yaml';
import { checkPair, malformed, type Pair } from './pair.ts';
import { type PlacedPair, refuseTwice } from './placed-pair.ts';

/** First column and second, as authors name them. */
const questionNames = new Set([
  'q',
  'question',
  'questions',
  'frage',
  'pregunta',
  'вопрос',
  'שאלה',
  'domanda',
  'vraag',
]);
const answerNames = new Set([
  'a',
  'answer',
  'answers',
  'antwort',
  'respuesta',
  'réponse',
  'reponse',
  'ответ',
  'תשובה',
  'risposta',
  'antwoord',
]);

/**
 * Pairs of one file, by the ending of its name.
 * @throws PolyphonError SRC8104.
 */
export function readPairs(path: string, text: string): readonly Pair[] {
  const placed = placedPairs(path, text);
  refuseTwice(placed);
  return placed.map(({ pair }) => pair);
}

function placedPairs(path: string, text: string): readonly PlacedPair[] {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  switch (ending) {
    case 'yaml':
    case 'yml':
    case 'json':
      return fromYaml(path, text);
    case 'csv':
    case 'tsv':
      return fromTable(path, text, ending === 'tsv' ? '\t' : undefined);
    case 'md':
    case 'markdown':
      return fromMarkdown(path, text);
    default:
      throw malformed(path, 'a file of pairs ends in .yaml, .json, .csv, .tsv or .md');
  }
}

/** A list of `{ q, a }`, the same under `pairs:`, or a map from question to answer. */
function fromYaml(path: string, text: string): readonly PlacedPair[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', schema: 'core', logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw malformed(`${path}, line ${line}, column ${col}`, whatIsNoYaml(error.code), { cause: error });
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    throw malformed(path, 'it repeats itself by references more often than a list of pairs does', { cause: error });
  }
  const top: unknown = document.contents;
  const under = typeof value === 'object' && value !== null && 'pairs' in value ? { list: value.pairs } : undefined;
  const node = under !== undefined && isMap(top) ? top.get('pairs', true) : top;
  const list = under === undefined ? value : under.list;
  const whereIs = (index: number): string => {
    const item: unknown = isCollection(node) ? node.items[index] : undefined;
    const start = isPair(item) ? item.key : item;
    const offset = isNode(start) ? start.range?.[0] : undefined;
    return `${path}, ${offset === undefined ? `pair ${index + 1}` : `line ${lines.linePos(offset).line}`}`;
  };
  const pairs = Array.isArray(list)
    ? list
    : typeof list === 'object' && list !== null
      ? Object.entries(list).map(([q, a]) => ({ q, a }))
      : undefined;
  if (pairs === undefined) throw malformed(path, 'it holds neither a list of pairs nor a map');
  return pairs.map((pair, index) => placedAt(whereIs(index), pair));
}

/** A question that a map asks twice is the parser's to find. */
function whatIsNoYaml(code: string): string {
  return code === 'DUPLICATE_KEY' ? 'this question stands twice' : 'this is no YAML';
}

/** The first line may name the columns; otherwise the first column asks and the second answers. */
function fromTable(path: string, text: string, delimiter: string | undefined): readonly PlacedPair[] {
  const first = text.slice(0, text.search(/\n|$/));
  const marks = [',', ';', '\t'].sort((a, b) => first.split(b).length - first.split(a).length);
  let rows: readonly (readonly string[])[];
  try {
    rows = parse(text, {
      bom: true,
      delimiter: delimiter ?? marks[0] ?? ',',
      relax_column_count: true,
      relax_quotes: true,
      trim: true,
    });
  } catch (error) {
    throw malformed(path, 'a quotation mark is opened and not closed', { cause: error });
  }
  const names = (rows[0] ?? []).map((name) => name.toLowerCase());
  const asks = names.findIndex((name) => questionNames.has(name));
  const answers = names.findIndex((name) => answerNames.has(name));
  const isHeader = asks !== -1 && answers !== -1;
  const link = isHeader ? names.indexOf('url') : -1;
  return rows.flatMap((row, index): readonly PlacedPair[] => {
    // Programs that calculate leave rows without a word behind.
    if ((isHeader && index === 0) || row.every((cell) => cell === '')) return [];
    const at = (column: number): string | undefined => row[column];
    const pair = { q: at(isHeader ? asks : 0), a: at(isHeader ? answers : 1), url: link === -1 ? undefined : at(link) };
    return [placedAt(`${path}, row ${index + 1}`, pair)];
  });
}

/** Each heading with text under it is a question; one without is a chapter. */
function fromMarkdown(path: string, text: string): readonly PlacedPair[] {
  const pairs: PlacedPair[] = [];
  const [front = ''] = /^\uFEFF?---\n[\s\S]*?\n---\n/.exec(text) ?? [];
  let line = 1 + newlines(front);
  let question: { readonly text: string; readonly line: number } | undefined;
  let answer = '';
  const close = (): void => {
    if (question !== undefined && answer.trim() !== '')
      pairs.push(placedAt(`${path}, line ${question.line}`, { q: question.text, a: answer }));
    answer = '';
  };
  for (const token of marked.lexer(text.slice(front.length))) {
    if (token.type === 'heading') {
      close();
      question = { text: plain(token.text as string), line };
    } else answer += token.raw;
    line += newlines(token.raw);
  }
  close();
  return pairs;
}

function placedAt(where: string, value: unknown): PlacedPair {
  return { pair: checkPair(value, where), where };
}

function newlines(text: string): number {
  return text.split('\n').length - 1;
}

function plain(text: string): string {
  return text.replace(/[*_`]/g, '').trim();
}
