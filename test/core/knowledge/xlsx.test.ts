import { describe, expect, it } from 'vitest';
import { extract } from '../../../core/knowledge/extract/extract.ts';
import { extractLimits } from '../../../core/knowledge/extract/limits.ts';
import { makeZip } from './make-files.ts';
import { makeWorkbook, makeXlsx } from './make-xlsx.ts';
import { listSource, never, openHashed, openKnowledge } from './tenant-knowledge.ts';

const mediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const read = (bytes: Uint8Array, limits = extractLimits) => extract({ bytes, mediaType, limits });

describe('workbooks', () => {
  it('gives the rows of every sheet by the names of their columns, dates and sums as they are read', async () => {
    const { blocks } = await read(
      makeXlsx({
        Kronen: [
          [null, null, null],
          ['Leistung', 'Preis', 'seit'],
          ['Krone & Co', 480.5, new Date(Date.UTC(2026, 0, 2))],
          [null, null, null],
          ['Inlay', 0.1 + 0.2, null],
        ],
        Implantate: [['Leistung'], ['Implantat']],
      }),
    );
    expect(blocks).toEqual([
      { kind: 'heading', level: 1, text: 'Kronen' },
      { kind: 'record', row: 1, cells: { Leistung: 'Krone & Co', Preis: '480.5', seit: '2026-01-02' } },
      { kind: 'record', row: 3, cells: { Leistung: 'Inlay', Preis: '0.3', seit: '' } },
      { kind: 'heading', level: 1, text: 'Implantate' },
      { kind: 'record', row: 1, cells: { Leistung: 'Implantat' } },
    ]);
  });

  it('refuses too many rows, a bomb and a broken file', async () => {
    const sheet = makeXlsx({ A: [['x'], ['1'], ['2'], ['3']] });
    await expect(read(sheet, { ...extractLimits, maxRows: 2 })).rejects.toMatchObject({ code: 'KNW8004' });
    const zeros = makeZip([{ name: 'xl/workbook.xml', content: new Uint8Array(100 * 1024 * 1024) }]);
    await expect(read(zeros)).rejects.toMatchObject({ code: 'KNW8004' });
    await expect(read(sheet.subarray(0, 200))).rejects.toMatchObject({ code: 'KNW8003' });
    await expect(read(makeZip([{ name: 'a.txt', content: new Uint8Array(3) }]))).rejects.toMatchObject({
      code: 'KNW8003',
    });
  });

  it('says each row by the template of its source under the name of its sheet, and outlives a sheet as wide as the world', async () => {
    await using bench = await openKnowledge();
    const bomb = makeWorkbook(
      ['A'],
      ['<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'],
    );
    const source = listSource([
      { id: 'bomb.xlsx', content: bomb, mediaType },
      {
        id: 'prices.xlsx',
        content: makeXlsx({
          Kronen: [
            ['name', 'price'],
            ['Krone', 480],
          ],
          Sonstiges: [['name'], ['Inlay']],
        }),
        mediaType,
        rowTemplate: '{{ name }} kostet {{ price }} EUR',
      },
    ]);
    const request = {
      tenantId: 'praxis',
      sources: new Map([['prices', source]]),
      embedding: await openHashed(),
      languages: ['de'],
    };
    const report = await bench.knowledge.ingest(request, { mode: 'apply' }, never);
    expect(report).toMatchObject({ added: 1, failures: [{ document: 'bomb.xlsx', code: 'KNW8005' }] });
    const corpus = bench.knowledge.corpus('praxis');
    const found = await corpus.lexical({ text: 'Krone kostet', limit: 1 }, never);
    const [passage] = await corpus.passages(
      found.map(({ label }) => label),
      never,
    );
    expect(passage).toMatchObject({ text: 'Krone kostet 480 EUR', headings: ['Kronen'], row: 1 });
  }, 30_000);
});
