import type { ResolvedBot, RetrievalQuery } from '../contract/index.ts';
import { primaryTag } from './primary-tag.ts';

type SearchedBot = Pick<ResolvedBot, 'knowledge'> & {
  readonly retrieval: Pick<ResolvedBot['retrieval'], 'filters'>;
};

/** What one search asks for itself; each takes the place of the bot's own filter, sources and tags together. */
export interface AskedFilters {
  readonly sources?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly languages?: readonly string[] | undefined;
}

/** The sources and languages that a question in `language` is answered from; undefined where all of them. */
export function whereToSearch(bot: SearchedBot, language: string, asked: AskedFilters = {}): RetrievalQuery['where'] {
  const { filters = {} } = bot.retrieval;
  const isNarrowed = asked.sources !== undefined || asked.tags !== undefined;
  const { sources: among, tags } = isNarrowed ? asked : filters;
  const sources = taggedSources(bot, tags, among);
  const wanted = asked.languages ?? filters.languages;
  const languages = (wanted === 'same' ? [language] : wanted)?.map(primaryTag);
  if (sources === undefined && languages === undefined) return undefined;
  return { ...(sources && { sources }), ...(languages && { languages }) };
}

/** The entries of `knowledge:` with one of the tags, of those in `among` where that is given; `among` without tags. */
function taggedSources(
  bot: SearchedBot,
  tags: readonly string[] | undefined,
  among: readonly string[] | undefined,
): readonly string[] | undefined {
  if (tags === undefined) return among;
  return (among ?? Object.keys(bot.knowledge)).filter((key) =>
    bot.knowledge[key]?.tags?.some((tag) => tags.includes(tag)),
  );
}
