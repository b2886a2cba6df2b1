import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../core/kernel/system.ts';
import { DocumentReader } from '../../../core/knowledge/extract/document-reader.ts';
import { extract } from '../../../core/knowledge/extract/extract.ts';
import { extractLimits } from '../../../core/knowledge/extract/limits.ts';
import { makePdf } from './make-files.ts';
import { bytes, chunksIn, read, texts } from './read-document.ts';

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
