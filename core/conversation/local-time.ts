export interface LocalDay {
  /** As in 2026-11-21. */
  readonly date: string;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Minutes after local midnight. */
  readonly minute: number;
}

const minuteMs = 60_000;
const minutesOfDay = 1440;

const formats = new Map<string, Intl.DateTimeFormat>();
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Days that were asked for lately, by minute and time zone: each turn asks for today and yesterday, at 15 us each. */
const recent = new Map<string, LocalDay>();
const maxRecent = 500;

/** What the clock on the wall of a time zone shows. */
export function localDay(ms: number, timezone: string): LocalDay {
  // No time zone is off by less than a minute since 1972.
  const key = `${Math.floor(ms / minuteMs)} ${timezone}`;
  const known = recent.get(key);
  if (known !== undefined) return known;
  const made = readDay(ms, timezone);
  if (recent.size >= maxRecent) recent.clear();
  recent.set(key, made);
  return made;
}

/** When the day began of which `ms` is a moment. */
export function startOfDay(ms: number, timezone: string): number {
  const { date, minute } = localDay(ms, timezone);
  const guess = Math.floor(ms / minuteMs) * minuteMs - minute * minuteMs;
  // Where the clocks were changed since, the guess is an hour off: in this day or in the one before.
  const there = localDay(guess, timezone);
  return guess + (there.date === date ? -there.minute : minutesOfDay - there.minute) * minuteMs;
}

function readDay(ms: number, timezone: string): LocalDay {
  const format = formats.get(timezone) ?? makeFormat(timezone);
  const parts: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(ms)) parts[type] = value;
  return {
    date: `${parts['year']}-${parts['month']}-${parts['day']}`,
    weekday: weekdays.indexOf(parts['weekday'] ?? ''),
    minute: Number(parts['hour']) * 60 + Number(parts['minute']),
  };
}

function makeFormat(timezone: string): Intl.DateTimeFormat {
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(timezone, made);
  return made;
}
