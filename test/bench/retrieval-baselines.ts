import Database from 'better-sqlite3';
import type { Figure } from './measure.ts';
import type { XquadQuestion } from './xquad.ts';

const tokenizers = ['unicode61', 'trigram'] as const;
/** The usual constant of reciprocal rank fusion. */
const rankConstant = 60;

/** What plain FTS5 finds with BM25 in the same paragraphs, whole, and what the fusion of both tokenizers finds. */
export function baselines(
  language: string,
  paragraphs: readonly string[],
  questions: readonly XquadQuestion[],
): readonly Figure[] {
  using database = disposable(new Database(':memory:'));
  const searches = tokenizers.map((tokenizer) => {
    database.exec(`CREATE VIRTUAL TABLE ${tokenizer} USING fts5(text, tokenize = '${tokenizer}')`);
    const insert = database.prepare(`INSERT INTO ${tokenizer}(rowid, text) VALUES (?, ?)`);
    for (const [at, text] of paragraphs.entries()) insert.run(at + 1, text);
    const select = database.prepare(`SELECT rowid FROM ${tokenizer} WHERE ${tokenizer} MATCH ? ORDER BY rank LIMIT 50`);
    return (text: string): readonly number[] => {
      const words = text.match(tokenizer === 'trigram' ? /[\p{L}\p{N}]{3,}/gu : /[\p{L}\p{N}]+/gu) ?? [];
      if (words.length === 0) return [];
      const rows = select.all(words.map((word) => `"${word}"`).join(' OR ')) as readonly { readonly rowid: number }[];
      return rows.map(({ rowid }) => rowid - 1);
    };
  });
  const [words, trigrams] = searches;
  const all: readonly (readonly [name: string, search: (text: string) => readonly number[]])[] = [
    ...tokenizers.map((name, at) => [`FTS5 ${name}`, searches[at] ?? (() => [])] as const),
    ['FTS5 both, by reciprocal rank', (text) => fused([words?.(text) ?? [], trigrams?.(text) ?? []])],
  ];
  return all.flatMap(([name, search]) => {
    let first = 0;
    let five = 0;
    for (const { text, paragraph } of questions) {
      const found = search(text).slice(0, 5);
      if (found[0] === paragraph) first += 1;
      if (found.includes(paragraph)) five += 1;
    }
    return [
      { what: `${language} ${name}: recall@1`, value: first / questions.length, unit: '' },
      { what: `${language} ${name}: recall@5`, value: five / questions.length, unit: '' },
    ];
  });
}

function fused(lists: readonly (readonly number[])[]): readonly number[] {
  const sums = new Map<number, number>();
  for (const list of lists) {
    for (const [rank, at] of list.entries()) sums.set(at, (sums.get(at) ?? 0) + 1 / (rankConstant + rank + 1));
  }
  return [...sums].sort(([, a], [, b]) => b - a).map(([at]) => at);
}

function disposable(database: Database.Database): Database.Database & Disposable {
  return Object.assign(database, { [Symbol.dispose]: () => void database.close() });
}
