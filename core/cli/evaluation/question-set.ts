import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { PolyphonError } from '../../contract/index.ts';
import { decodeText } from '../../knowledge/extract/decode-text.ts';
import { tableForm } from '../../knowledge/extract/table.ts';
import type { TestCase } from '../bot-tests/test-file.ts';

/** A question and how to tell that a passage answers it. */
export interface EvalQuestion {
  readonly text: string;
  /** Where it is written, as in `tests/answers.yaml:12`. */
  readonly from: string;
  readonly expected:
    | {
        readonly kind: 'passage';
        readonly document?: string;
        /** Keys in `knowledge:` or documents. */
        readonly sources: readonly string[];
        readonly texts: readonly string[];
      }
    | { readonly kind: 'unknown' };
}

/** Opening turns that cite a source or say that they do not know; what follows in a conversation is no question of its own. */
export function questionsOfTests(cases: readonly TestCase[]): readonly EvalQuestion[] {
  return cases.flatMap(({ file, turns }): readonly EvalQuestion[] => {
    const [turn] = turns;
    if (turn === undefined) return [];
    const { cites, contains, says } = turn.expect;
    const from = `${file}:${turn.line}`;
    if (says === 'unknown') return [{ text: turn.user, from, expected: { kind: 'unknown' } }];
    const sources = listOf(cites);
    return sources.length === 0
      ? []
      : [{ text: turn.user, from, expected: { kind: 'passage', sources, texts: listOf(contains) } }];
  });
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/**
 * A CSV, as spreadsheets of any country save one, with the columns `question` and one or more of `expected_document`, `expected_text`
 * and `unknown` (yes).
 * @throws PolyphonError CLI9001 when it is none, or holds no question.
 */
export async function questionsOfCsv(path: string, signal: AbortSignal): Promise<readonly EvalQuestion[]> {
  let rows: readonly { readonly record: Readonly<Record<string, string>>; readonly info: { readonly lines: number } }[];
  try {
    const text = decodeText(await readFile(path, { signal }));
    rows = parse(text, { ...tableForm(text), columns: true, info: true }) as unknown as typeof rows;
  } catch (error) {
    signal.throwIfAborted();
    throw new PolyphonError('CLI9001', `Questions ${path}: not a readable CSV file. ${whyUnread(error)}`, {
      cause: error,
    });
  }
  if (rows.length === 0) {
    throw new PolyphonError(
      'CLI9001',
      `Questions ${path}: it holds no question. Write a line of column names and a line for each question.`,
    );
  }
  return rows.map(({ record, info }) => {
    const from = `${path}:${info.lines}`;
    const { question = '', expected_document: document = '', expected_text: text = '', unknown = '' } = record;
    const isUnknown = /^(?:yes|true|1|x)$/i.test(unknown);
    if (question === '' || (document === '' && text === '' && !isUnknown)) {
      throw new PolyphonError(
        'CLI9001',
        `Questions ${from}: each line needs a question and expected_document, expected_text or unknown.`,
      );
    }
    if (isUnknown) return { text: question, from, expected: { kind: 'unknown' } };
    const texts = text === '' ? [] : [text];
    return {
      text: question,
      from,
      expected: { kind: 'passage', sources: [], texts, ...(document === '' ? {} : { document }) },
    };
  });
}

function whyUnread(error: unknown): string {
  if (error instanceof Error && 'lines' in error)
    return `Near line ${String(error.lines)} a quotation mark is opened and not closed.`;
  return 'Name one that exists, with a line of column names.';
}
