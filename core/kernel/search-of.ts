import type { Reranker, ResolvedBot, Retrieval, RetrievalQuery } from '../contract/index.ts';
import { languageOf } from '../conversation/texts/language-of.ts';
import { passageSearch } from '../knowledge/passage-search.ts';
import { Reranking } from '../knowledge/reranking.ts';
import { timedSearch } from '../knowledge/timed-search.ts';
import { whereToSearch } from '../knowledge/where-to-search.ts';
import type { BotQuery } from './face.ts';
import type { TenantServices } from './tenant-services.ts';

/** The opened retrieval of a bot with what its definition adds to it. The reranker opens with the first question. */
export function searchOf(
  retrieval: Retrieval,
  bot: ResolvedBot,
  { clock, log, onReranked, onSearched }: Pick<TenantServices, 'clock' | 'log' | 'onReranked' | 'onSearched'>,
  openReranker: () => Promise<Reranker>,
): Retrieval {
  const { perDocument, filters, rerank } = bot.retrieval;
  const reranking =
    rerank === undefined
      ? undefined
      : new Reranking({
          candidates: rerank.candidates,
          timeoutMs: rerank.timeoutMs,
          open: openReranker,
          clock,
          log: log.with({ plugin: rerank.use }),
          onEnd: onReranked,
        });
  const where = filters && ((query: RetrievalQuery) => whereToSearch(bot, questionLanguage(query, bot)));
  return passageSearch(timedSearch(retrieval, { clock, onEnd: onSearched }), { perDocument, reranking, where });
}

/** Of what a search asks for itself, what a retrieval understands. Where it asks for nothing, the filters of the bot hold. */
export function queryOf({ tags, filters, where: asked, ...query }: BotQuery, bot: ResolvedBot): RetrievalQuery {
  if (tags === undefined && filters === undefined && asked === undefined) return query;
  const searched = filters === 'ignored' ? { knowledge: bot.knowledge, retrieval: {} } : bot;
  return { ...query, where: whereToSearch(searched, questionLanguage(query, bot), { ...asked, tags }) ?? {} };
}

function questionLanguage({ text, language }: RetrievalQuery, { languages }: ResolvedBot): string {
  return language ?? languageOf(text, languages, {});
}
