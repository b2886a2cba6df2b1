import { expect, it } from 'vitest';
import { makeBots, placeOf } from './bots-folder.ts';

const top = `polyphon: 1
name: X
knowledge:
  prices: { use: files, with: { path: "*.csv" }, tags: [shop, public] }
  leaflets: { use: files, with: { path: "*.md" }, tags: public }
  notes: { use: files, with: { path: "*.txt" } }
`;

async function diagnosed(filters: string) {
  using bots = makeBots({ 'x/bot.yaml': `${top}retrieval:\n  filters: ${filters}\n` });
  const { bot, diagnostics } = await bots.load('x');
  const said = diagnostics.map((one) => [placeOf(one), one.summary, one.suggestion]);
  return { filters: bot?.retrieval.filters, said };
}

it('takes sources, tags and languages, one or several', async () => {
  const { filters, said } = await diagnosed('{ sources: [prices, leaflets], tags: public, language: same }');
  expect(said).toEqual([]);
  expect(filters).toEqual({ sources: ['prices', 'leaflets'], tags: ['public'], languages: 'same' });
  expect((await diagnosed('{ language: [de, fr, pt-BR] }')).filters).toEqual({ languages: ['de', 'fr', 'pt-BR'] });
  expect((await diagnosed('{ sources: notes, language: de }')).filters).toEqual({
    sources: ['notes'],
    languages: ['de'],
  });
  expect((await diagnosed('{ language: any }')).filters).toEqual({});
});

it('names a source that does not exist at its place, and the one that was likely meant', async () => {
  expect((await diagnosed('{ sources: [prices, leaflet] }')).said).toEqual([
    ['BOT1007 8:32', 'no entry of `knowledge` is named "leaflet"', 'leaflets'],
  ]);
  expect((await diagnosed('{ sources: pricess }')).said).toEqual([
    ['BOT1007 8:23', 'no entry of `knowledge` is named "pricess"', 'prices'],
  ]);
});

it('names a tag that no entry has', async () => {
  expect((await diagnosed('{ tags: [shop, publik] }')).said).toEqual([
    ['BOT1007 8:27', 'no entry of `knowledge` has the tag "publik"', 'public'],
  ]);
});

it('refuses sources and tags that leave nothing', async () => {
  expect((await diagnosed('{ sources: notes, tags: [shop] }')).said).toEqual([
    ['BOT1007 8:36', 'none of the sources has one of the tags', undefined],
  ]);
});

it.each([
  ['{ language: sane }', 'BOT1007 8:24', '"sane" is no language', 'same'],
  ['{ language: [de, same] }', 'BOT1007 8:29', '"same" stands in a list of languages', undefined],
  ['{ language: deutsch }', 'BOT1007 8:24', '"deutsch" is no language', undefined],
])('refuses %s', async (filters, place, summary, suggestion) => {
  expect((await diagnosed(filters)).said).toEqual([[place, summary, suggestion]]);
});

it('knows no other filters', async () => {
  const { said } = await diagnosed('{ source: [prices] }');
  expect(said).toEqual([['BOT1004 8:14', 'unknown key "source"', 'sources']]);
});
