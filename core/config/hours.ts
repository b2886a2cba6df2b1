import type { BotDefinition } from '../../schemas/bot.ts';
import type { Hours, LocalizedText } from '../contract/index.ts';
import { parseInterval } from './formats.ts';
import { weekOf } from './week.ts';

type Interval = readonly [startMinute: number, endMinute: number];

const midnight = 1440;

/** Opening hours in minutes after local midnight; what runs past midnight is cut in two. */
export function resolveHours({ weekly, exceptions, whenClosed }: NonNullable<BotDefinition['hours']>): Hours {
  const week: Record<number, Interval[]> = {};
  for (const [day, keys] of weekOf(Object.keys(weekly)).entries()) {
    for (const pieces of keys.flatMap((key) => weekly[key] ?? []).map(cutAtMidnight)) {
      for (const [later, piece] of pieces.entries()) {
        const on = (day + later) % 7;
        week[on] = [...(week[on] ?? []), piece];
      }
    }
  }
  return {
    weekly: Object.fromEntries(Object.entries(week).map(([day, intervals]) => [day, joined(intervals)])),
    exceptions: (exceptions ?? []).map(({ date, from, to, closed, open, note }) => ({
      from: from ?? date ?? to ?? '',
      to: to ?? date ?? from ?? '',
      open: closed === true ? [] : joined((open ?? []).flatMap((text) => cutAtMidnight(text).slice(0, 1))),
      ...(note === undefined ? {} : { note }),
    })),
    whenClosed: {
      bot: whenClosed?.bot ?? 'on',
      ...(whenClosed?.say === undefined ? {} : { say: whenClosed.say as LocalizedText }),
    },
  };
}

function cutAtMidnight(text: string): readonly Interval[] {
  const interval = parseInterval(text);
  if (interval === undefined) return [];
  const [start, end] = interval;
  if (end > start) return [[start, end]];
  return end === 0
    ? [[start, midnight]]
    : [
        [start, midnight],
        [0, end],
      ];
}

/** Sorted, and where they touch or overlap, one. */
function joined(intervals: readonly Interval[]): readonly Interval[] {
  const result: [number, number][] = [];
  for (const [start, end] of intervals.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
