import { parse } from 'csv-parse/sync';
import { marked } from 'marked';
import { LineCounter, parseDocument } from 'yaml';
import { checkPair, malformed, type Pair } from './pair.ts';

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
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const pairs =
    ending === 'yaml' || ending === 'yml' || ending === 'json'
      ? fromYaml(path, text)
      : ending === 'csv' || ending === 'tsv'
        ? fromTable(path, text, ending === 'tsv' ? '\t' : undefined)
        : ending === 'md' || ending === 'markdown'
          ? fromMarkdown(path, text)
          : undefined;
  if (pairs === undefined) throw malformed(path, 'a file of pairs ends in .yaml, .json, .csv, .tsv or .md');
  const seen = new Set<string>();
  for (const { questions } of pairs) {
    const title = (questions[0] ?? '').toLowerCase();
    if (seen.has(title)) throw malformed(path, `the question '${questions[0]?.slice(0, 80)}' stands twice`);
    seen.add(title);
  }
  return pairs;
}

/** A list of `{ q, a }`, the same under `pairs:`, or a map from question to answer. */
function fromYaml(path: string, text: string): readonly Pair[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', schema: 'core', logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw malformed(`${path}, line ${line}, column ${col}`, 'this is no YAML', error);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    throw malformed(path, 'it repeats itself by references more often than a list of pairs does', error);
  }
  const list = typeof value === 'object' && value !== null && 'pairs' in value ? value.pairs : value;
  if (Array.isArray(list)) return list.map((pair, index) => checkPair(pair, `${path}, pair ${index + 1}`));
  if (typeof list !== 'object' || list === null) throw malformed(path, 'it holds neither a list of pairs nor a map');
  return Object.entries(list).map(([q, a], index) => checkPair({ q, a }, `${path}, pair ${index + 1}`));
}

/** The first line may name the columns; otherwise the first column asks and the second answers. */
function fromTable(path: string, text: string, delimiter: string | undefined): readonly Pair[] {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  const marks = [',', ';', '\t'].sort((a, b) => first.split(b).length - first.split(a).length);
  let rows: readonly (readonly string[])[];
  try {
    rows = parse(text, {
      bom: true,
      delimiter: delimiter ?? marks[0] ?? ',',
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    throw malformed(path, 'a quotation mark is opened and not closed', error);
  }
  const names = (rows[0] ?? []).map((name) => name.toLowerCase());
  const asks = names.findIndex((name) => questionNames.has(name));
  const answers = names.findIndex((name) => answerNames.has(name));
  const isHeader = asks !== -1 && answers !== -1;
  const link = isHeader ? names.indexOf('url') : -1;
  return rows.slice(isHeader ? 1 : 0).map((row, index) => {
    const at = (column: number): string | undefined => row[column];
    const pair = { q: at(isHeader ? asks : 0), a: at(isHeader ? answers : 1), url: link === -1 ? undefined : at(link) };
    return checkPair(pair, `${path}, row ${index + (isHeader ? 2 : 1)}`);
  });
}

/** Each heading with text under it is a question; one without is a chapter. */
function fromMarkdown(path: string, text: string): readonly Pair[] {
  const pairs: Pair[] = [];
  let question: string | undefined;
  let answer = '';
  const close = (): void => {
    if (question !== undefined && answer.trim() !== '')
      pairs.push(checkPair({ q: question, a: answer }, `${path}, pair ${pairs.length + 1}`));
    answer = '';
  };
  const body = text.replace(/^\uFEFF?---\n[\s\S]*?\n---\n/, '');
  for (const token of marked.lexer(body)) {
    if (token.type === 'heading') {
      close();
      question = plain(token.text as string);
    } else answer += token.raw;
  }
  close();
  return pairs;
}

function plain(text: string): string {
  return text.replace(/[*_`]/g, '').trim();
}
