import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../core/kernel/system.ts';
import { DocumentReader } from '../../../core/knowledge/extract/document-reader.ts';
import { extractLimits } from '../../../core/knowledge/extract/limits.ts';
import { makeDocx, makePdf, makeZip, wordParagraph } from './make-files.ts';
import { bytes, chunksIn, read, reader, texts } from './read-document.ts';

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

describe('markdown', () => {
  it('keeps headings, paragraphs, items of nested lists and the rows of tables', async () => {
    const source =
      '---\ntitle: "Preise"\nlang: de\n---\n# Titel\n\nErster **fetter** Absatz\nmit [Link](https://x.example).\n\n- eins\n  - zwei\n\n| Name | Preis |\n| --- | --- |\n| Krone | 900 |\n';
    const { title, language, blocks } = await read(source, 'text/markdown');
    expect([title, language]).toEqual(['Preise', 'de']);
    expect(texts(blocks)).toEqual([
      'heading: Titel',
      'paragraph: Erster fetter Absatz mit Link.',
      'item: eins',
      'item: zwei',
    ]);
    expect(blocks.at(-1)).toEqual({ kind: 'table-row', cells: { Name: 'Krone', Preis: '900' } });
  });

  it('takes the only heading of the first level as the title, and none of several', async () => {
    expect((await read('# Preise\n\n## Kronen\n\nAb 900.', 'text/markdown')).title).toBe('Preise');
    const several = await read('# Aurora\n\n79 Euro.\n\n# Belinda\n\n89 Euro.', 'text/markdown');
    expect(several.title).toBeUndefined();
    expect((await read('<h1>Aurora</h1><p>79</p><h1>Belinda</h1><p>89</p>', 'text/html')).title).toBeUndefined();
    expect((await read('<h1>Lampes</h1><p>79</p>', 'text/html')).title).toBe('Lampes');
  });

  it('reads a list that nests ten thousand levels without ending the process', async () => {
    const { blocks } = await read(`${'> '.repeat(10_000)}Ende`, 'text/markdown').catch((error) => {
      expect(error).toMatchObject({ code: 'KNW8003' });
      return { blocks: [] };
    });
    expect(blocks.length).toBeLessThan(2);
  });
});

describe('text', () => {
  it('reads UTF-8, UTF-16 and Windows-1252', async () => {
    const utf16 = Buffer.from('\ufeffÖffnungszeiten', 'utf16le');
    const latin = Buffer.from('Öffnungszeiten', 'latin1');
    for (const content of [bytes('Öffnungszeiten'), utf16, latin]) {
      expect(texts((await read(content, 'text/plain')).blocks)).toEqual(['paragraph: Öffnungszeiten']);
    }
  });

  it('reads UTF-16 without a mark, Cyrillic in an older encoding, and a text with a stray control character', async () => {
    for (const [content, part] of [
      [Buffer.from('Opening hours: Monday', 'utf16le'), 'Opening hours'],
      [Buffer.from('Opening hours: Monday', 'utf16le').swap16(), 'Opening hours'],
      [Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x2c, 0x20, 0xec, 0xe8, 0xf0]), ','],
      [bytes('Seite eins\fSeite\0 zwei\x1f'), 'Seite zwei'],
    ] as const) {
      expect(texts((await read(content, 'text/plain')).blocks).join('\n')).toContain(part);
    }
  });

  it.each([
    ['random bytes', new Uint8Array(Array.from({ length: 4096 }, (_, at) => ((at + 1) * 2_654_435_761) >>> 24))],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452000000100000001008060000001ff3ff61', 'hex')],
    ['a PDF', makePdf(['Seite'])],
    ['an archive', makeDocx(wordParagraph('x'))],
    ['a program', Buffer.from(`\x7fELF${'\x02\x01\x00'.repeat(40)}`, 'latin1')],
  ])('refuses %s under the name of a text, a table, a page or Markdown', async (_what, content) => {
    for (const type of ['text/markdown', 'text/plain', 'text/csv', 'text/html']) {
      await expect(read(content, type)).rejects.toMatchObject({
        code: 'KNW8003',
        message: expect.stringContaining('no text'),
      });
    }
  });

  it('parts paragraphs at blank lines and takes bullets as items', async () => {
    const { blocks } = await read('Erste Zeile\nzweite Zeile\n\n- ein Punkt\n2. ein zweiter', 'text/plain');
    expect(texts(blocks)).toEqual(['paragraph: Erste Zeile zweite Zeile', 'item: ein Punkt', 'item: ein zweiter']);
  });
});

describe('items in text', () => {
  it('go on in lines that are indented or begin with a small letter, and end with the next paragraph', async () => {
    const { blocks } = await read(
      'We offer:\n- Repairs of lamps that\nare older than ten years\n- Hire\n  Saturdays only\nCall us.\n\nwe are glad.',
      'text/plain',
    );
    expect(texts(blocks)).toEqual([
      'paragraph: We offer:',
      'item: Repairs of lamps that are older than ten years',
      'item: Hire Saturdays only',
      'paragraph: Call us.',
      'paragraph: we are glad.',
    ]);
  });
});

describe('questions in text', () => {
  it('are headings of what follows, and a first line that stands alone is the title', async () => {
    const source =
      'Factures\n\nQuand arrive la facture ?\nLe 3. Et après ?\n\nÇa va ? Oui.\n\nQui paie 3.50 euros ?\n\nTous.';
    const { title, blocks } = await read(source, 'text/plain');
    expect(title).toBe('Factures');
    expect(texts(blocks)).toEqual([
      'heading: Factures',
      'heading: Quand arrive la facture ?',
      'paragraph: Le 3. Et après ?',
      'paragraph: Ça va ? Oui.',
      'heading: Qui paie 3.50 euros ?',
      'paragraph: Tous.',
    ]);
  });
});

describe('tables', () => {
  it('counts rows of data from one and finds the delimiter', async () => {
    const { blocks } = await read('\ufeffName;Preis\r\n"Krone; Gold";900\r\n\r\nInlay;450\r\n', 'text/csv');
    expect(blocks).toEqual([
      { kind: 'record', row: 1, cells: { Name: 'Krone; Gold', Preis: '900' } },
      { kind: 'record', row: 3, cells: { Name: 'Inlay', Preis: '450' } },
    ]);
  });

  it('passes over rows without a word, and keeps what stands beyond the last column', async () => {
    const { blocks } = await read(';;\nName;Preis;Text\n;;\nKrone;900;fest; schön\n;;\n', 'text/csv');
    expect(blocks).toEqual([
      { kind: 'record', row: 2, cells: { Name: 'Krone', Preis: '900', Text: 'fest', column_4: 'schön' } },
    ]);
  });

  it('says near which line a quotation mark is left open', async () => {
    await expect(read('a,b\n1,2\n"3,4\n5,6', 'text/csv')).rejects.toMatchObject({ code: 'KNW8003' });
  });
});

describe('docx', () => {
  it('keeps headings and paragraphs', async () => {
    const file = makeDocx(wordParagraph('Garantie', 'Heading1') + wordParagraph('Zwölf Jahre auf Pakete.'));
    const { blocks } = await read(file, docx);
    expect(texts(blocks)).toEqual(['heading: Garantie', 'paragraph: Zwölf Jahre auf Pakete.']);
  });

  it('refuses an archive that says it unpacks to ten gigabytes', async () => {
    const part = { content: bytes('x'), declaredBytes: 0xfffffff0 };
    const extra = ['a.bin', 'b.bin', 'c.bin'].map((name) => ({ name: `word/media/${name}`, ...part }));
    await expect(read(makeDocx(wordParagraph('x'), extra), docx)).rejects.toMatchObject({ code: 'KNW8004' });
  });

  it('refuses an archive that unpacks to more than it says', async () => {
    const zeros = new Uint8Array(100 * 1024 * 1024);
    const file = makeZip([{ name: 'word/document.xml', content: zeros, declaredBytes: 1000 }]);
    expect(file.byteLength).toBeLessThan(200_000);
    const before = process.memoryUsage().rss;
    await expect(read(file, docx)).rejects.toMatchObject({ code: expect.stringMatching(/^KNW800[34]$/) });
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  });

  it('refuses an archive with thousands of parts', async () => {
    const parts = Array.from({ length: 3000 }, (_, index) => ({ name: `word/${index}.xml`, content: bytes('x') }));
    await expect(read(makeZip(parts), docx)).rejects.toMatchObject({
      code: 'KNW8004',
      message: expect.stringContaining('has 3000 parts; the limit is 2000: it may be a zip bomb.'),
    });
  });

  it('says that a broken archive cannot be read', async () => {
    await expect(read(makeDocx(wordParagraph('x')).subarray(0, 300), docx)).rejects.toMatchObject({ code: 'KNW8003' });
  });
});

describe('every document', () => {
  it('that holds no text is told what to do: a PDF may be scanned, a text is filled', async () => {
    const filled = expect.stringMatching(/no text\. Fill it/);
    await expect(read('\n', 'text/markdown')).rejects.toMatchObject({ code: 'KNW8007', message: filled });
  });

  it('is refused when its type is not known', async () => {
    await expect(read('x', 'application/x-thing')).rejects.toMatchObject({
      code: 'KNW8006',
      message:
        "Documents of the type 'application/x-thing' cannot be read. Save it as md, txt, csv, tsv, xlsx, html, pdf or docx, or leave it out of the pattern under `knowledge:`.",
    });
    await expect(read('x', 'application/octet-stream')).rejects.toMatchObject({
      message: expect.stringMatching(/^Documents of this kind cannot be read\./),
    });
  });

  it('that is a table with names and no rows is told so', async () => {
    await expect(read('name;price\n', 'text/csv')).rejects.toMatchObject({
      code: 'KNW8007',
      message: 'The table has no rows below its first, which names the columns. Fill it, or take it out of the folder.',
    });
  });

  it('is refused when it holds no text', async () => {
    await expect(read('   \n', 'text/plain')).rejects.toMatchObject({ code: 'KNW8007' });
  });

  it('that takes too long costs its worker, and the next one is read', async () => {
    const hasty = new DocumentReader(systemClock, { ...extractLimits, timeoutMs: 1 });
    const file = makePdf(Array.from({ length: 500 }, (_, page) => `Seite ${page}`));
    await expect(chunksIn(file, 'application/pdf', hasty)).rejects.toMatchObject({ code: 'KNW8005' });
    expect(hasty.running).toBe(false);
    await hasty.close();
    expect((await chunksIn(makePdf(['Weiter']), 'application/pdf')).map(({ text }) => text)).toEqual(['Weiter']);
  });

  it('stops being read when the ingest is aborted', async () => {
    const abort = new AbortController();
    const reading = chunksIn(makePdf(['Seite']), 'application/pdf', reader, abort.signal);
    abort.abort(new Error('stop'));
    await expect(reading).rejects.toThrow('stop');
  });
});
