import type {
  ChannelGrants,
  Clock,
  Http,
  Logger,
  Random,
  ResolvedBot,
  RetrievalGrants,
  SourceGrants,
} from '../contract/index.ts';
import type { TenantContainer } from './container.ts';

/** What a tenant's revisions are made of; bound to the tenant, so that no call can name another. */
export interface TenantServices {
  readonly log: Logger;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  container(): TenantContainer;
  channelGrants(bot: ResolvedBot, key: string): ChannelGrants;
  retrievalGrants(bot: ResolvedBot): RetrievalGrants;
  sourceGrants(): SourceGrants;
}
