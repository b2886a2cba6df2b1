import type { DefinitionLoader } from '../config/definition-loader.ts';
import type { PluginCatalogue } from '../config/plugin-catalogue.ts';
import type { Clock, Logger, Random, ResolvedBot } from '../contract/index.ts';
import type { ConversationEngine } from '../conversation/engine.ts';
import type { EventBus } from '../conversation/events/event-bus.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { Store } from '../store/open-store.ts';
import type { Suggestions } from './suggestions.ts';
import type { TenantServices } from './tenant-services.ts';

/** What the kernel is made of. */
export interface KernelServices {
  readonly botsDirectory: string;
  readonly loader: DefinitionLoader;
  readonly plugins: PluginCatalogue;
  readonly store: Store;
  readonly conversations: ConversationEngine;
  readonly events: EventBus;
  readonly knowledge: Knowledge;
  readonly suggestions: Suggestions;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  tenantServices(bot: ResolvedBot): TenantServices;
  /** Where a tenant's indexes are kept. */
  indexFolder(tenantId: string): string;
}
