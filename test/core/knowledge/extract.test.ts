import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../core/kernel/system.ts';
import type { Block } from '../../../core/knowledge/extract/block.ts';
import { DocumentReader } from '../../../core/knowledge/extract/document-reader.ts';
import { extract } from '../../../core/knowledge/extract/extract.ts';
import { extractLimits } from '../../../core/knowledge/extract/limits.ts';
import { rowText } from '../../../core/knowledge/split-chunks.ts';
import { makeDocx, makePdf, makeZip, wordParagraph } from './make-files.ts';
import { never } from './tenant-knowledge.ts';

const reader = new DocumentReader(systemClock);
afterAll(() => reader.close());

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const bytes = (text: string) => new TextEncoder().encode(text);
const read = (content: string | Uint8Array, mediaType: string) =>
  extract({
    bytes: typeof content === 'string' ? bytes(content) : new Uint8Array(content),
    mediaType,
    limits: extractLimits,
  });
/** In the thread, as an ingest does. */
const chunksIn = async (content: Uint8Array, mediaType: string, by = reader, signal = never) => {
  using open = await by.open({ bytes: content, mediaType, title: 'Titel', languages: ['de'] }, signal);
  const chunks = [];
  for await (const page of open.pages(signal)) chunks.push(...page.chunks);
  return chunks;
};
const texts = (blocks: readonly Block[]) =>
  blocks.flatMap((block) => ('text' in block ? [`${block.kind}: ${block.text}`] : []));

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
      { kind: 'record', row: 2, cells: { Name: 'Inlay', Preis: '450' } },
    ]);
  });

  it('says near which line a quotation mark is left open', async () => {
    await expect(read('a,b\n1,2\n"3,4\n5,6', 'text/csv')).rejects.toMatchObject({ code: 'KNW8003' });
  });
});

describe('html', () => {
  it('takes the main part without navigation and scripts, with its title and language', async () => {
    const page =
      '<html lang="fr"><head><title>Accueil &amp; prix</title><style>p{}</style></head><body><nav>Menu</nav><main><h2>Horaires</h2><p>Lundi&nbsp;: 9&nbsp;h<br>Mardi<script>x()</script></p><ul><li>un<ul><li>deux</li></ul></li></ul><table><tr><th>Nom</th><th>Prix</th></tr><tr><td>Coupe</td><td>30 €</td></tr></table></main><footer>fin</footer></body></html>';
    const { title, language, blocks } = await read(page, 'text/html');
    expect([title, language]).toEqual(['Accueil & prix', 'fr']);
    expect(texts(blocks)).toEqual(['heading: Horaires', 'paragraph: Lundi : 9 h Mardi', 'item: un', 'item: deux']);
    expect(blocks.at(-1)).toEqual({ kind: 'table-row', cells: { Nom: 'Coupe', Prix: '30 €' } });
  });

  const rowsOf = async (...rows: readonly (readonly string[])[]) => {
    const table = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('');
    const { blocks } = await read(`<body><table><tbody>${table}</tbody></table>`, 'text/html');
    return blocks.map((block) => (block.kind === 'table-row' ? rowText(block.cells) : block.kind));
  };

  it.each([
    [
      'bold',
      [
        ['<p><strong>Device</strong></p>', '<b>Rent</b>'],
        ['Digger', 'on request'],
      ],
      ['Device: Digger; Rent: on request'],
    ],
    [
      'over a column of numbers',
      [
        ['Device', 'Day', 'Week'],
        ['Digger', '195 euros', '-'],
        ['Plate', '39 euros', '160'],
      ],
      ['Device: Digger; Day: 195 euros; Week: -', 'Device: Plate; Day: 39 euros; Week: 160'],
    ],
  ])('takes the first row of a table for its names where it is %s', async (_what, rows, expected) => {
    expect(await rowsOf(...rows)).toEqual(expected);
  });

  it.each([
    [
      'pairs',
      [
        ['Monday', 'closed'],
        ['Tuesday', '8 to 18'],
      ],
      ['Monday; closed', 'Tuesday; 8 to 18'],
    ],
    [
      'all bold',
      [
        ['<b>a</b>', '<b>b</b>'],
        ['<b>c</b>', '<b>d</b>'],
      ],
      ['a; b', 'c; d'],
    ],
    [
      'numbers from the first row',
      [
        ['Crown', 'gold', '900'],
        ['Inlay', 'gold', '450'],
      ],
      ['Crown; gold; 900', 'Inlay; gold; 450'],
    ],
    [
      'the same twice',
      [
        ['Monday', 'closed', 'closed'],
        ['Tuesday', '8', '18'],
      ],
      ['Monday; closed; closed', 'Tuesday; 8; 18'],
    ],
    ['one row', [['a', 'b', 'c']], ['a; b; c']],
  ])('keeps every row of a table that has no names: %s', async (_what, rows, expected) => {
    expect(await rowsOf(...rows)).toEqual(expected);
  });

  it('keeps both of two columns of one name, in their order', async () => {
    const { blocks } = await read('name,2024,price,price,,\nLamp,1,2,3,4,5\n', 'text/csv');
    const [block] = blocks;
    expect(block?.kind === 'record' && rowText(block.cells).split('; ').toSorted()).toEqual(
      ['2024: 1', '4', '5', 'name: Lamp', 'price 4: 3', 'price: 2'].toSorted(),
    );
  });

  it('reads a page that nests twenty thousand elements', async () => {
    const { blocks } = await read(`${'<div>'.repeat(20_000)}tief`, 'text/html');
    expect(texts(blocks)).toEqual(['paragraph: tief']);
  });

  it('refuses one that nests a hundred thousand at once, and reads as many that nothing has to close', async () => {
    const start = performance.now();
    await expect(read(`${'<div>'.repeat(100_000)}tief`, 'text/html')).rejects.toMatchObject({ code: 'KNW8004' });
    expect(performance.now() - start).toBeLessThan(1000);
    const { blocks } = await read(`<ul>${'<li>eins<br>'.repeat(30_000)}</ul>`, 'text/html');
    expect(blocks).toHaveLength(30_000);
  });
});

describe('pdf', () => {
  it('keeps page numbers, in a worker that ends when it is closed', async () => {
    const { blocks } = await read(makePdf(['Erste Seite', 'Zweite Seite']), 'application/pdf');
    expect(blocks).toEqual([
      { kind: 'page', page: 1 },
      { kind: 'paragraph', text: 'Erste Seite' },
      { kind: 'page', page: 2 },
      { kind: 'paragraph', text: 'Zweite Seite' },
    ]);
    const own = new DocumentReader(systemClock);
    const chunks = await chunksIn(makePdf(['Erste Seite', 'Zweite Seite']), 'application/pdf', own);
    expect(chunks).toMatchObject([
      { text: 'Erste Seite', page: 1, indexed: expect.stringContaining('Titel') },
      { text: 'Zweite Seite', page: 2, indexed: expect.stringContaining('Titel') },
    ]);
    expect(own.running).toBe(true);
    await own.close();
    expect(own.running).toBe(false);
  });

  it('takes lines in larger letters for headings, and one size for one level', async () => {
    const { title, blocks } = await read(
      makePdf([
        [
          { text: 'Handbook of the', y: 780, size: 20 },
          { text: 'mower', y: 757, size: 20 },
          { text: 'Care', y: 700, size: 15 },
          { text: 'The blade is ground every 25 hours. It is also', y: 680 },
          { text: 'cleaned before the winter, when the mower is stored.', y: 666 },
          { text: 'Faults', y: 630, size: 15 },
          { text: 'Blue smoke means that too much oil was filled in.', y: 610 },
        ],
      ]),
      'application/pdf',
    );
    expect(title).toBe('Handbook of the mower');
    expect(blocks.slice(1)).toEqual([
      { kind: 'heading', level: 1, text: 'Handbook of the mower' },
      { kind: 'heading', level: 2, text: 'Care' },
      {
        kind: 'paragraph',
        text: 'The blade is ground every 25 hours. It is also cleaned before the winter, when the mower is stored.',
      },
      { kind: 'heading', level: 2, text: 'Faults' },
      { kind: 'paragraph', text: 'Blue smoke means that too much oil was filled in.' },
    ]);
  });

  it('takes a page of many sizes for one without headings', async () => {
    const { blocks } = await read(
      makePdf([
        [
          { text: 'Grand opening', y: 700, size: 40 },
          { text: 'on Saturday', y: 640, size: 30 },
          { text: 'from ten to four', y: 590, size: 12 },
        ],
      ]),
      'application/pdf',
    );
    expect(texts(blocks).join('\n')).not.toContain('heading');
  });

  it('goes on with a sentence where the lines lie far apart, and joins a word that is parted there', async () => {
    const { blocks } = await read(
      makePdf([
        [
          { text: 'The filter must be clea-', y: 700 },
          { text: 'ned every month and replaced', y: 672 },
          { text: 'every year.', y: 644 },
          { text: 'Oil is changed in spring.', y: 616 },
        ],
      ]),
      'application/pdf',
    );
    expect(texts(blocks)).toEqual([
      'paragraph: The filter must be cleaned every month and replaced every year.',
      'paragraph: Oil is changed in spring.',
    ]);
  });

  it('keeps what stands on every page once, the number of the page nowhere, and what differs everywhere', async () => {
    const page = (number: number) => [
      { text: 'Lamp House Ltd, telephone 0341 55501', y: 800 },
      { text: `Lamp number ${number} is made of brass.`, y: 600 },
      { text: `Price ${number * 30 + 18} euros`, y: 60 },
      { text: `Page ${number} of 4`, y: 30 },
    ];
    const { blocks } = await read(makePdf([1, 2, 3, 4].map(page)), 'application/pdf');
    const text = texts(blocks).join('\n');
    expect(text.match(/Lamp House Ltd/g)).toHaveLength(1);
    expect(text).not.toContain('Page ');
    expect(text.match(/Price \d+ euros/g)).toEqual([
      'Price 48 euros',
      'Price 78 euros',
      'Price 108 euros',
      'Price 138 euros',
    ]);
    expect(text.match(/Lamp number/g)).toHaveLength(4);
  });

  it('refuses more text than the limit instead of reading a part of it', async () => {
    const limits = { ...extractLimits, maxTextLength: 30 };
    const file = new Uint8Array(makePdf(['A page with text.', 'Another page with text.']));
    await expect(extract({ bytes: file, mediaType: 'application/pdf', limits })).rejects.toMatchObject({
      code: 'KNW8004',
    });
  });

  it('refuses five thousand pages by their number, within ten seconds', async () => {
    const startedMs = performance.now();
    const file = makePdf(Array.from({ length: 5000 }, (_, page) => `Seite ${page}`));
    await expect(chunksIn(file, 'application/pdf')).rejects.toMatchObject({
      code: 'KNW8004',
      message: expect.stringContaining('5000 pages'),
    });
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it.each([
    ['a truncated file', makePdf(['Text']).subarray(0, 200)],
    ['something else', bytes('not a pdf at all')],
    ['nothing', new Uint8Array(0)],
  ])('says that %s cannot be read', async (_, content) => {
    await expect(read(content, 'application/pdf')).rejects.toMatchObject({
      code: expect.stringMatching(/^KNW800[37]$/),
    });
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
  it('is refused when its type is not known', async () => {
    await expect(read('x', 'application/x-thing')).rejects.toMatchObject({ code: 'KNW8006' });
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
