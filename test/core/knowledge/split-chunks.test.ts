import { describe, expect, it } from 'vitest';
import type { Block } from '../../../core/knowledge/extract/block.ts';
import { rowText, splitChunks } from '../../../core/knowledge/split-chunks.ts';

const split = (blocks: readonly Block[]) => [...splitChunks(blocks, { language: 'de', renderRow: rowText })];
const sentence = (words: number) => `Dies ist ein Satz mit ${'vielen '.repeat(words)}Worten.`;

describe('a document is cut', () => {
  it('at headings, which stay as context, the outer ones too', () => {
    const chunks = split([
      { kind: 'heading', level: 1, text: 'Preise' },
      { kind: 'paragraph', text: 'Alle Preise in Euro.' },
      { kind: 'heading', level: 2, text: 'Kronen' },
      { kind: 'paragraph', text: 'Eine Krone kostet 900.' },
      { kind: 'heading', level: 1, text: 'Zeiten' },
      { kind: 'paragraph', text: 'Ab acht Uhr.' },
    ]);
    expect(chunks).toEqual([
      { headings: ['Preise'], text: 'Alle Preise in Euro.' },
      { headings: ['Preise', 'Kronen'], text: 'Eine Krone kostet 900.' },
      { headings: ['Zeiten'], text: 'Ab acht Uhr.' },
    ]);
  });

  it('at the last line across it, below which a footer stands', () => {
    const chunks = split([
      { kind: 'heading', level: 1, text: 'Preise' },
      { kind: 'paragraph', text: 'Eine Krone kostet 900.' },
      { kind: 'break' },
      { kind: 'paragraph', text: 'Ein Inlay kostet 450.' },
      { kind: 'break' },
      { kind: 'paragraph', text: 'Alle Angaben ohne Gewähr.' },
      { kind: 'item', text: 'Stand: Mai' },
    ]);
    expect(chunks).toEqual([
      { headings: ['Preise'], text: 'Eine Krone kostet 900.\nEin Inlay kostet 450.' },
      { headings: ['—'], text: 'Alle Angaben ohne Gewähr.\n- Stand: Mai' },
    ]);
  });

  it('at no line that has only a title above it', () => {
    const chunks = split([
      { kind: 'heading', level: 1, text: 'Preise' },
      { kind: 'break' },
      { kind: 'paragraph', text: 'Eine Krone kostet 900.' },
    ]);
    expect(chunks).toEqual([{ headings: ['Preise'], text: 'Eine Krone kostet 900.' }]);
  });

  it.each([
    ['a section follows', { kind: 'heading', level: 2, text: 'Inlays' }, 'Ein Inlay kostet 450.'],
    ['it is long', { kind: 'paragraph', text: sentence(100) }, 'Ein Inlay kostet 450.'],
  ] as const)('at no line below which %s', (_, next, text) => {
    const chunks = split([
      { kind: 'heading', level: 1, text: 'Preise' },
      { kind: 'paragraph', text: 'Eine Krone kostet 900.' },
      { kind: 'break' },
      next,
      { kind: 'paragraph', text },
    ]);
    for (const { headings } of chunks) expect(headings).toContain('Preise');
  });

  it('between sentences where a paragraph is too long, and never inside one', () => {
    const text = Array.from({ length: 12 }, () => sentence(20)).join(' ');
    const chunks = split([{ kind: 'paragraph', text }]);
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.map((chunk) => chunk.text).join(' ')).toBe(text);
    for (const chunk of chunks) {
      expect(chunk.text).toMatch(/Worten\.$/);
      expect(chunk.text.length).toBeLessThanOrEqual(900);
    }
  });

  it('so that short paragraphs share a chunk and items stay whole', () => {
    const items = Array.from(
      { length: 20 },
      (_, index): Block => ({ kind: 'item', text: `Punkt ${index} ${'x'.repeat(60)}` }),
    );
    const chunks = split([{ kind: 'paragraph', text: 'Kurz.' }, { kind: 'paragraph', text: 'Auch kurz.' }, ...items]);
    expect(chunks[0]?.text.startsWith('Kurz.\nAuch kurz.\n- Punkt 0')).toBe(true);
    expect(chunks.flatMap((chunk) => chunk.text.match(/Punkt \d+ x{60}/g) ?? [])).toHaveLength(20);
  });

  it('so that a list that goes on in another chunk has the line above it in both', () => {
    const items = Array.from(
      { length: 20 },
      (_, at): Block => ({ kind: 'item', text: `Beleg ${at} ${'x'.repeat(60)}` }),
    );
    const chunks = split([{ kind: 'paragraph', text: 'Für die Anmeldung brauchen wir:' }, ...items]);
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) expect(chunk.text).toMatch(/^Für die Anmeldung brauchen wir:\n- Beleg/);
  });

  it('so that a heading with nothing under it is not lost', () => {
    const chunks = split([
      { kind: 'heading', level: 1, text: 'Hinweise' },
      { kind: 'heading', level: 2, text: 'Montags bleibt die Praxis zu' },
      { kind: 'heading', level: 2, text: 'Parken' },
      { kind: 'paragraph', text: 'Im Hof.' },
    ]);
    expect(chunks).toEqual([
      { headings: ['Hinweise'], text: 'Montags bleibt die Praxis zu' },
      { headings: ['Hinweise', 'Parken'], text: 'Im Hof.' },
    ]);
  });

  it('row by row where it is a table, with the number of the row', () => {
    const chunks = split([
      { kind: 'record', row: 1, cells: { name: 'Krone', preis: '900', leer: '' } },
      { kind: 'record', row: 2, cells: { name: 'Inlay', preis: '450' } },
    ]);
    expect(chunks).toEqual([
      { headings: [], row: 1, text: 'name: Krone; preis: 900' },
      { headings: [], row: 2, text: 'name: Inlay; preis: 450' },
    ]);
  });

  it('page by page, so that each chunk has its own, however short it is', () => {
    const chunks = split([
      { kind: 'page', page: 1 },
      { kind: 'paragraph', text: 'Seite 1 von 2' },
      { kind: 'page', page: 2 },
      { kind: 'heading', level: 1, text: 'Parken' },
      { kind: 'paragraph', text: 'Im Hof.' },
      { kind: 'page', page: 4 },
      { kind: 'item', text: 'am Bahnhof' },
    ]);
    expect(chunks).toEqual([
      { headings: [], page: 1, text: 'Seite 1 von 2' },
      { headings: ['Parken'], page: 2, text: 'Im Hof.' },
      { headings: ['Parken'], page: 4, text: '- am Bahnhof' },
    ]);
  });

  it('with a sentence that goes on overleaf on the page on which it begins', () => {
    const pages = (...texts: readonly string[]): Block[] =>
      texts.flatMap((text, at): Block[] => [
        { kind: 'page', page: at + 1 },
        { kind: 'paragraph', text },
      ]);
    const chunks = split(pages('Wir öffnen um neun. Mittags bleibt', 'die Praxis zu. Parken Sie im Hof.', 'Bis bald.'));
    expect(chunks).toEqual([
      { headings: [], page: 1, text: 'Wir öffnen um neun. Mittags bleibt die Praxis zu.' },
      { headings: [], page: 2, text: 'Parken Sie im Hof.' },
      { headings: [], page: 3, text: 'Bis bald.' },
    ]);
    // Nothing but the end of that sentence stands on the second page.
    expect(split(pages('Mittags bleibt', 'die Praxis zu.', 'Bis bald.')).map(({ page, text }) => [page, text])).toEqual(
      [
        [1, 'Mittags bleibt die Praxis zu.'],
        [3, 'Bis bald.'],
      ],
    );
    // A sentence that is over does not take the next one along, whatever it begins with.
    expect(split(pages('Wir öffnen um neun.', 'und mehr')).map(({ page }) => page)).toEqual([1, 2]);
    // Nor does one without an end.
    expect(split(pages('Endlos', `${'wort '.repeat(300)}.`)).map(({ page }) => page)[0]).toBe(1);
  });

  it('shorter in a script whose letters are tokens, so that a model takes in all of it', () => {
    const text = '这家诊所位于港口街十二号，周一至周五从八点到十八点开放，欢迎预约。'.repeat(60);
    const chunks = split([{ kind: 'paragraph', text }]).map((chunk) => chunk.text);
    expect(chunks.join('')).toBe(text);
    for (const chunk of chunks) expect(chunk).toMatch(/^这家.{90,300}。$/u);
    const endless = split([{ kind: 'paragraph', text: '한'.repeat(5000) }]).map((chunk) => chunk.text);
    expect(endless.join('')).toHaveLength(5000);
    expect(Math.max(...endless.map(({ length }) => length))).toBeLessThanOrEqual(300);
  });

  it('at spaces where a text has no sentences at all, losing nothing', () => {
    const text = 'wort '.repeat(3000).trim();
    const chunks = split([{ kind: 'paragraph', text }]);
    expect(chunks.map((chunk) => chunk.text).join(' ')).toBe(text);
    expect(Math.max(...chunks.map((chunk) => chunk.text.length))).toBeLessThanOrEqual(1000);
    const endless = split([{ kind: 'paragraph', text: 'x'.repeat(50_000) }]);
    expect(endless.map((chunk) => chunk.text).join('')).toHaveLength(50_000);
  });
});
