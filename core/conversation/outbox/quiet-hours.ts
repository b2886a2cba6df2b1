import type { QuietHours, ResolvedBot } from '../../contract/index.ts';
import { localDay } from '../local-time.ts';

const minuteMs = 60_000;
const longestStepMinutes = 15;
const horizonMs = 2 * 86_400_000;

/** When a bot leaves people alone on a channel. */
export interface Quiet {
  readonly hours: QuietHours;
  readonly timezone: string;
  /** For so long after a person's last message the conversation is open, and what is said in it is an answer. */
  readonly openMs: number;
}

export function quietOf(bot: ResolvedBot, channelKey: string): Quiet | undefined {
  const hours = bot.channels[channelKey]?.quietHours;
  return hours === undefined ? undefined : { hours, timezone: bot.timezone, openMs: bot.session.idleCloseMs };
}

/** Until when nothing may be begun; undefined when it may be now, because nobody sleeps or because the person is awake and writing. */
export function quietUntil(
  { hours, timezone, openMs }: Quiet,
  nowMs: number,
  lastHeardMs: number | undefined,
): number | undefined {
  // What was heard by a clock that has been set back since keeps nobody awake for hours.
  if (lastHeardMs !== undefined && Math.abs(nowMs - lastHeardMs) < openMs) return undefined;
  const isQuiet = (ms: number): boolean => within(hours, localDay(ms, timezone).minute);
  if (!isQuiet(nowMs)) return undefined;
  // By the clock on the wall, not by counting hours: a night has one more or one less when the clocks change, and 02:30 may not come.
  const awakeMinutes = (hours.from - hours.to + 1440) % 1440;
  const stepMs = Math.min(longestStepMinutes, awakeMinutes) * minuteMs;
  let quiet = Math.floor(nowMs / minuteMs) * minuteMs;
  let awake = quiet + stepMs;
  while (isQuiet(awake) && awake - nowMs < horizonMs) {
    quiet = awake;
    awake += stepMs;
  }
  while (awake - quiet > minuteMs) {
    const middle = quiet + Math.floor((awake - quiet) / (2 * minuteMs)) * minuteMs;
    if (isQuiet(middle)) quiet = middle;
    else awake = middle;
  }
  return awake;
}

function within({ from, to }: QuietHours, minute: number): boolean {
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}
