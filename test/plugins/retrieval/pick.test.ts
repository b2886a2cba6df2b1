import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type FakeFile,
  listSource,
  never,
  openHashed,
  openKnowledge,
  openRetrieval,
} from '../../core/knowledge/tenant-knowledge.ts';

async function searchIn(sources: Readonly<Record<string, FakeFile[]>>, languages = ['en']) {
  const bench = await openKnowledge();
  onTestFinished(() => bench[Symbol.asyncDispose]());
  await bench.knowledge.ingest(
    {
      tenantId: 'shop',
      sources: new Map(Object.entries(sources).map(([key, files]) => [key, listSource(files)])),
      embedding: await openHashed(),
      languages,
    },
    { mode: 'apply' },
    never,
  );
  const open = await openRetrieval(bench, 'shop');
  onTestFinished(() => open[Symbol.asyncDispose]());
  return (text: string, more: object = {}) => open.retrieval.search({ text, below: 'keep', ...more }, never);
}

const footer = 'Our hotline answers questions about returns from Monday to Friday.';
const page = (at: number): FakeFile => ({
  id: `page-${at}.md`,
  content: `# Page ${at}\n\nThis page tells about lamp number ${at} and its wooden stand.\n\n# Contact\n\n${footer}`,
});

describe('the same text in many documents', () => {
  it('is found once, and does not take the places of what else there is', async () => {
    const pages = Array.from({ length: 220 }, (_, at) => page(at + 1));
    const returns: FakeFile = {
      id: 'returns.md',
      content: 'A lamp may be sent back within thirty days: returns cost nothing.',
    };
    const search = await searchIn({ site: [...pages, returns] });
    const found = await search('Who answers questions about returns on the hotline?', { limit: 5 });
    expect(found.filter(({ text }) => text === footer)).toHaveLength(1);
    expect(found[0]?.text).toBe(footer);
    expect(found.map(({ document }) => document)).toContain('returns.md');
    expect(found).toHaveLength(5);
  });

  it('is found once where a copy differs by a word of many, but not where a number differs', async () => {
    const terms = (days: number, word: string) =>
      `We take back every ${word} lamp that was bought in our shop or ordered by telephone, provided that it comes in its own box together with the receipt, and pay the whole price within ${days} days.`;
    const search = await searchIn({
      files: [
        { id: 'a.txt', content: terms(30, 'standing'), mediaType: 'text/plain' },
        { id: 'b.txt', content: terms(30, 'hanging'), mediaType: 'text/plain' },
        { id: 'c.txt', content: terms(14, 'hanging'), mediaType: 'text/plain' },
      ],
    });
    const found = await search('Do you take back a lamp with the receipt?');
    expect(found.map(({ text }) => /within (\d+)/.exec(text)?.[1]).sort()).toEqual(['14', '30']);
  });

  it('keeps rows of a table that differ by one word', async () => {
    const rows = ['Berlin', 'Bremen', 'Essen'].map((place) => `The delivery of a lamp to ${place} costs nine euros`);
    const search = await searchIn({
      files: [{ id: 'a.csv', content: ['text', ...rows].join('\n'), mediaType: 'text/csv', rowTemplate: '{{ text }}' }],
    });
    expect(await search('What does the delivery of a lamp cost?')).toHaveLength(3);
  });
});

describe('a search with conditions', () => {
  it('stays within the sources that are named', async () => {
    const search = await searchIn({
      prices: [{ id: 'a.md', content: 'The lamp costs nine euros.' }],
      blog: [{ id: 'b.md', content: 'The lamp that costs little: we tested it.' }],
    });
    const where = { sources: ['blog'] };
    expect((await search('What does the lamp cost?')).map(({ source }) => source)).toContain('prices');
    expect((await search('What does the lamp cost?', { where })).map(({ source }) => source)).toEqual(['blog']);
  });

  it('stays within the languages that are named; what is in none is for everybody', async () => {
    const search = await searchIn(
      {
        files: [
          { id: 'de.md', content: 'Die Lampe kostet neun Euro.', language: 'de' },
          { id: 'en.md', content: 'The lamp costs nine euros.', language: 'en' },
          { id: 'code.txt', content: 'Lampe SW-11', mediaType: 'text/plain' },
        ],
      },
      ['de', 'en'],
    );
    const found = await search('Lampe lamp', { where: { languages: ['en'] } });
    expect(found.map(({ document }) => document)).not.toContain('de.md');
    expect(found.map(({ document }) => document)).toContain('en.md');
    expect(found.map(({ document }) => document)).toContain('code.txt');
  });

  it('finds the one page of a source behind many of another', async () => {
    const others = Array.from({ length: 120 }, (_, at) => ({
      id: `${at}.md`,
      content: `The red lamp number ${at} costs ${at + 5} euros.`,
    }));
    const search = await searchIn({
      shop: others,
      blog: [{ id: 'b.md', content: 'Some of our readers like the light of such a lamp.' }],
    });
    const found = await search('What does the red lamp cost?', { where: { sources: ['blog'] } });
    expect(found.map(({ document }) => document)).toEqual(['b.md']);
  });
});
