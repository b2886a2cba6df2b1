import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { PolyphonError } from '../../contract/index.ts';
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
 * A CSV with the columns `question` and one or more of `expected_document`, `expected_text` and `unknown` (yes).
 * @throws PolyphonError CLI9001 when it is none.
 */
export async function questionsOfCsv(path: string, signal: AbortSignal): Promise<readonly EvalQuestion[]> {
  let rows: readonly Readonly<Record<string, string>>[];
  try {
    rows = parse(await readFile(path, { encoding: 'utf8', signal }), {
      columns: true,
      bom: true,
      trim: true,
      skipEmptyLines: true,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new PolyphonError('CLI9001', `Questions ${path}: not a readable CSV file. Write it with a header line.`, {
      cause: error,
    });
  }
  return rows.map((row, at) => {
    const from = `${path}:${at + 2}`;
    const { question = '', expected_document: document = '', expected_text: text = '', unknown = '' } = row;
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
