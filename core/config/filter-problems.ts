import { languageName } from './language-name.ts';
import { nearest } from './nearest.ts';
import { mapOf, valueAt } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import type { Subject } from './schema-finding.ts';
import { type Node, type Path, placeAt } from './tree.ts';

const filtersPath: Path = ['retrieval', 'filters'];
/** Words that stand alone. */
const languageWords = ['same', 'any'];

/** Filters that name what is not there: with them the bot would know nothing, and nobody would see why. */
export function filterProblems(tree: Node, value: unknown, subject: Pick<Subject, 'unresolved'>): readonly Problem[] {
  const filters = mapOf(valueAt(value, filtersPath));
  if (filters === undefined) return [];
  const knowledge = Object.entries(mapOf(mapOf(value)?.['knowledge']) ?? {}).filter(([key]) => !key.startsWith('x-'));
  const tagsOf = (entry: unknown): readonly string[] => words(mapOf(entry)?.['tags']);
  const unknown = (name: 'sources' | 'tags', known: readonly string[], what: string, remedy: string) =>
    placed(filters[name], [...filtersPath, name])
      .filter(({ word, path }) => !known.includes(word) && !subject.unresolved(path))
      .map(({ word, path }): Problem => problemAt(tree, path, `no ${what} "${word}"`, remedy, nearest(word, known)));
  const keys = knowledge.map(([key]) => key);
  const tags = [...new Set(knowledge.flatMap(([, entry]) => tagsOf(entry)))];
  const named = [
    ...unknown('sources', keys, 'entry of `knowledge` is named', `known here: ${keys.join(', ') || 'none'}`),
    ...unknown('tags', tags, 'entry of `knowledge` has the tag', `known here: ${tags.join(', ') || 'none'}`),
  ];
  const languages = languageProblems(tree, filters['language'], subject);
  if (named.length > 0 || filters['sources'] === undefined || filters['tags'] === undefined) {
    return [...named, ...languages];
  }
  const [sources, wanted] = [words(filters['sources']), words(filters['tags'])];
  const left = knowledge.some(
    ([key, entry]) => sources.includes(key) && tagsOf(entry).some((tag) => wanted.includes(tag)),
  );
  if (left) return languages;
  const remedy = 'an entry must be among the sources and have one of the tags; leave one of the two filters out';
  return [problemAt(tree, [...filtersPath, 'tags'], 'none of the sources has one of the tags', remedy), ...languages];
}

function languageProblems(tree: Node, value: unknown, { unresolved }: Pick<Subject, 'unresolved'>): readonly Problem[] {
  const remedy = 'write `same`, `any`, or languages as in [de, fr]';
  return placed(value, [...filtersPath, 'language']).flatMap(({ word, path }): readonly Problem[] => {
    if (unresolved(path)) return [];
    if (languageWords.includes(word)) {
      return typeof value === 'string'
        ? []
        : [problemAt(tree, path, `"${word}" stands in a list of languages`, remedy)];
    }
    if (languageName(word) !== undefined) return [];
    return [problemAt(tree, path, `"${word}" is no language`, remedy, nearest(word, languageWords))];
  });
}

function problemAt(tree: Node, path: Path, summary: string, detail: string, suggestion?: string): Problem {
  const place = placeAt(tree, path);
  return {
    severity: 'error',
    code: 'BOT1007',
    place,
    summary,
    detail,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function placed(value: unknown, path: Path): readonly { readonly word: string; readonly path: Path }[] {
  if (typeof value === 'string') return [{ word: value, path }];
  return words(value).map((word, index) => ({ word, path: [...path, index] }));
}

function words(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
