import type { ResolvedBot } from '../contract/index.ts';

/** The entries of `knowledge:` with one of the tags, of those in `among` where that is given; `among` without tags. */
export function taggedSources(
  bot: Pick<ResolvedBot, 'knowledge'>,
  tags: readonly string[] | undefined,
  among: readonly string[] | undefined,
): readonly string[] | undefined {
  if (tags === undefined) return among;
  return (among ?? Object.keys(bot.knowledge)).filter((key) =>
    bot.knowledge[key]?.tags?.some((tag) => tags.includes(tag)),
  );
}
