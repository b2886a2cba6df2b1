import type { ResolvedBot } from '../contract/index.ts';

/** A source that is listed by a schedule of its own. */
export interface FollowedSource {
  readonly key: string;
  /** Cron with five fields. */
  readonly schedule: string;
  readonly timezone: string;
  /** Milliseconds since the epoch; a time that passed since then while nobody watched is made up for. */
  readonly listedAt: number | undefined;
}

/** Those of a bot. `listings`: when each was listed last, in milliseconds since the epoch. */
export function followedSources(
  bot: Pick<ResolvedBot, 'knowledge' | 'timezone'>,
  listings: readonly { readonly source: string; readonly listedAt: number }[],
): readonly FollowedSource[] {
  return Object.entries(bot.knowledge).flatMap(([key, { refresh: schedule }]) => {
    const listedAt = listings.find(({ source }) => source === key)?.listedAt;
    return schedule === undefined ? [] : [{ key, schedule, timezone: bot.timezone, listedAt }];
  });
}
