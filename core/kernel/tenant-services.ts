import type {
  BotPresentation,
  ChannelGrants,
  Clock,
  Embedding,
  Http,
  LocalizedText,
  Logger,
  Random,
  ResolvedBot,
  RetrievalGrants,
  SourceGrants,
  TenantFolder,
} from '../contract/index.ts';
import type { ConversationEngine } from '../conversation/engine.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { MemoryLedger } from '../knowledge/memory-ledger.ts';
import type { RerankingOptions } from '../knowledge/reranking.ts';
import type { OnSearched } from '../knowledge/timed-search.ts';
import { channelAddress } from './channel-address.ts';
import type { TenantContainer } from './container.ts';
import { indexFolder } from './index-folder.ts';
import type { Suggestions } from './suggestions.ts';

/** What a tenant's revisions are made of, as the process has it. */
export interface SharedServices {
  readonly log: Logger;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of each question that a reranker was to judge. */
  readonly onReranked: RerankingOptions['onEnd'];
  readonly onSearched: OnSearched;
  container(): TenantContainer;
}

/** The same with what is bound to the tenant, so that no call can name another. */
export interface TenantServices extends SharedServices {
  channelGrants(bot: ResolvedBot, key: string): ChannelGrants;
  /** For a retrieval that searches with this embedding. */
  retrievalGrants(embedding: Embedding | undefined): RetrievalGrants;
  sourceGrants(): SourceGrants;
}

export interface TenantServicesOptions {
  readonly tenantId: string;
  readonly shared: SharedServices;
  readonly conversations: ConversationEngine;
  readonly knowledge: Knowledge;
  readonly suggestions: Suggestions;
  readonly memory: MemoryLedger;
  readonly folder: TenantFolder;
  /** For its indexes. */
  readonly indexFolder: string;
  readonly render: (template: string, variables: Readonly<Record<string, unknown>>) => string;
  readonly publicOrigin?: string | undefined;
}

export function createTenantServices(options: TenantServicesOptions): TenantServices {
  const { tenantId, shared, conversations, knowledge, memory, folder } = options;
  return {
    ...shared,
    channelGrants: (bot, key) => ({
      conversations: conversations.conversationsOf(tenantId, key),
      presentation: presentationOf(bot, options),
      outbound: conversations.outboundOf(tenantId, key),
      lastTakenAt: () => conversations.lastTakenAt(tenantId, key),
      ...(options.publicOrigin === undefined
        ? {}
        : { address: channelAddress(new URL(options.publicOrigin).origin, tenantId, key) }),
    }),
    retrievalGrants: (embedding) => ({
      corpus: knowledge.corpus(tenantId),
      cacheDirectory: indexFolder(options.indexFolder, embedding?.id),
      memory,
    }),
    sourceGrants: () => ({ folder }),
  };
}

function presentationOf(bot: ResolvedBot, { render, suggestions }: TenantServicesOptions): BotPresentation {
  const variables = { bot: { name: bot.name[bot.languages.default] }, tenant: { id: bot.tenantId }, vars: bot.vars };
  const rendered = (text: LocalizedText) =>
    Object.fromEntries(Object.entries(text).map(([language, template]) => [language, render(template, variables)]));
  return {
    name: bot.name,
    defaultLanguage: bot.languages.default,
    languages: bot.languages.supported,
    greeting: rendered(bot.prompts.greeting),
    // Read when asked: the bot's tests are read after it serves.
    get suggestions() {
      return suggestions.of(bot.tenantId);
    },
  };
}
