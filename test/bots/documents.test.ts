import { describe, expect, it } from 'vitest';
import { filesOf, readBotFile, readRows, shippedTenants } from './shipped-bots.ts';

it('ships the five bots', () => {
  expect(shippedTenants).toEqual(['accueil-pme', 'bewerber', 'leader-tech', 'red-isp', 'sonnenwerk']);
});

describe.each(shippedTenants)('the documents of %s', (tenantId) => {
  const paths = filesOf(tenantId, 'knowledge');
  const texts = paths.filter((path) => /\.(md|txt|html)$/.test(path));
  const tables = paths.filter((path) => path.endsWith('.csv'));

  it('are at least twenty table rows and ten texts, with a plain text and a page among them', () => {
    const rows = tables.flatMap((path) => readRows(tenantId, path));
    expect(rows.length).toBeGreaterThanOrEqual(20);
    expect(texts.length).toBeGreaterThanOrEqual(10);
    for (const ending of ['.md', '.txt', '.html'])
      expect(
        texts.some((path) => path.endsWith(ending)),
        ending,
      ).toBe(true);
  });

  it('have no empty cell and no row twice', () => {
    for (const path of tables) {
      const rows = readRows(tenantId, path);
      for (const row of rows)
        expect(
          Object.values(row).every((cell) => cell.trim() !== ''),
          `${path}: ${JSON.stringify(row)}`,
        ).toBe(true);
      expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(rows.length);
    }
  });

  it('ask each question once', () => {
    const questions = texts.flatMap((path) =>
      [...readBotFile(tenantId, path).matchAll(/^(?:## |\s*<h2>)?(.+[?？])(?:<\/h2>)?$/gmu)].map((match) => match[1]),
    );
    expect(questions.length).toBeGreaterThanOrEqual(20);
    expect(questions.filter((question, index) => questions.indexOf(question) !== index)).toEqual([]);
  });
});
