import { describe, expect, it } from 'vitest';
import { passageSearch } from '../../../core/knowledge/passage-search.ts';
import { never } from './tenant-knowledge.ts';
import { named, passages, question, retrievalOf } from './written-passages.ts';

describe('diversity', () => {
  it('gives two places to other documents that are about as good, and keeps the order', async () => {
    const all = passages('a 0.9', 'a 0.88', 'b 0.86', 'a 0.84', 'a 0.8', 'a 0.7', 'c 0.6', 'd 0.55');
    const search = passageSearch(retrievalOf(all), { perDocument: 3 });
    expect(named(await search.search(question, never))).toEqual(['c0', 'c1', 'c2', 'c3', 'c6']);
    expect(named(await search.search({ ...question, limit: 8 }, never))).toHaveLength(8);
  });

  it('takes all from one document where nothing else is relevant', async () => {
    const all = passages('a 0.9', 'a 0.9', 'a 0.8', 'a 0.8', 'a 0.7', 'b 0.36');
    const search = passageSearch(retrievalOf(all), { perDocument: 3 });
    expect(named(await search.search(question, never))).toEqual(['c0', 'c1', 'c2', 'c3', 'c4']);
  });

  it('never takes the first place from the best, and leaves as many as there were', async () => {
    const all = passages('a 0.9', 'a 0.9', 'b 0.9', 'b 0.9', 'c 0.9', 'd 0.9');
    const search = passageSearch(retrievalOf(all), { perDocument: 1 });
    expect(named(await search.search({ ...question, limit: 4 }, never))).toEqual(['c0', 'c2', 'c4', 'c5']);
  });

  it('counts each row of a table for itself, and a document of the same name in another source too', async () => {
    const rows = passages('p.csv#1 0.9', 'p.csv#2 0.9', 'p.csv#3 0.9', 'p.csv#4 0.9', 'b 0.9');
    const search = passageSearch(retrievalOf(rows), { perDocument: 2 });
    expect(named(await search.search({ ...question, limit: 4 }, never))).toEqual(['c0', 'c1', 'c2', 'c3']);
    const [first, second, third] = passages('a 0.9', 'a 0.9', 'b 0.9');
    if (first === undefined || second === undefined || third === undefined) throw new Error('no passages');
    const twoSources = retrievalOf([first, { ...second, source: 'site' }, third]);
    const found = await passageSearch(twoSources, { perDocument: 1 }).search({ ...question, limit: 2 }, never);
    expect(named(found)).toEqual(['c0', 'c1']);
  });

  it('looks no further than it must', async () => {
    const retrieval = retrievalOf(passages('a 0.9'));
    const search = passageSearch(retrieval, { perDocument: 3 });
    await search.search({ ...question, limit: 3 }, never);
    await search.search(question, never);
    expect(retrieval.queries.map(({ limit }) => limit)).toEqual([3, 15]);
  });

  it('leaves a retrieval alone that does not say how many it gives', async () => {
    const { defaults: _, ...silent } = retrievalOf(passages('a 0.9', 'a 0.8', 'b 0.8'));
    const found = await passageSearch(silent, { perDocument: 1 }).search(question, never);
    expect(named(found)).toEqual(['c0', 'c1', 'c2']);
  });

  it('searches where the bot says, unless the question says it itself', async () => {
    const retrieval = retrievalOf(passages('a 0.9'));
    const search = passageSearch(retrieval, {
      perDocument: 3,
      where: ({ language = 'none' }) => ({ sources: ['faq'], languages: [language] }),
    });
    await search.search({ ...question, language: 'de' }, never);
    await search.search({ ...question, where: {} }, never);
    expect(retrieval.queries.map(({ where }) => where)).toEqual([{ sources: ['faq'], languages: ['de'] }, {}]);
  });

  it('finds nothing, and searches nothing, among no sources', async () => {
    const retrieval = retrievalOf(passages('a 0.9'));
    const search = passageSearch(retrieval, { perDocument: 3 });
    expect(await search.search({ ...question, where: { sources: [] } }, never)).toEqual([]);
    expect(retrieval.queries).toEqual([]);
  });
});
