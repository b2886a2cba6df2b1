import { expect, it } from 'vitest';
import type { ResolvedBot } from '../../../core/contract/index.ts';
import { whereToSearch } from '../../../core/knowledge/where-to-search.ts';

const use = { use: 'files', with: {} };
const bot = (filters?: ResolvedBot['retrieval']['filters']) => ({
  knowledge: { prices: { ...use, tags: ['shop'] }, blog: { ...use, tags: ['news', 'shop'] }, site: use },
  retrieval: filters === undefined ? {} : { filters },
});

it('is everywhere where nothing is said', () => {
  expect(whereToSearch(bot(), 'de')).toBeUndefined();
});

it('tags choose sources, within those that are named', () => {
  expect(whereToSearch(bot(), 'de', { tags: ['shop'] })).toEqual({ sources: ['prices', 'blog'] });
  expect(whereToSearch(bot(), 'de', { tags: ['shop'], sources: ['blog', 'site'] })).toEqual({ sources: ['blog'] });
  expect(whereToSearch(bot(), 'de', { tags: ['none'] })).toEqual({ sources: [] });
  expect(whereToSearch(bot(), 'de', { sources: ['site'] })).toEqual({ sources: ['site'] });
});

it('is where the bot says, in the language of the question or in those it names', () => {
  expect(whereToSearch(bot({ sources: ['blog', 'site'], tags: ['news'] }), 'de')).toEqual({ sources: ['blog'] });
  expect(whereToSearch(bot({ languages: 'same' }), 'de-AT')).toEqual({ languages: ['de'] });
  expect(whereToSearch(bot({ languages: ['fr', 'pt-BR'] }), 'de')).toEqual({ languages: ['fr', 'pt'] });
});

it('is where a search asks for, in place of what the bot says of the same', () => {
  const filtered = bot({ sources: ['blog'], languages: 'same' });
  expect(whereToSearch(filtered, 'de', { sources: ['site'] })).toEqual({ sources: ['site'], languages: ['de'] });
  expect(whereToSearch(filtered, 'de', { tags: ['shop'] })).toEqual({
    sources: ['prices', 'blog'],
    languages: ['de'],
  });
  expect(whereToSearch(filtered, 'de', { languages: ['en'] })).toEqual({ sources: ['blog'], languages: ['en'] });
});
