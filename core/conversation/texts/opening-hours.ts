import type { Hours } from '../../contract/index.ts';
import { type LocalDay, localDay } from '../local-time.ts';

/** How far ahead the next opening is looked for. */
const horizonDays = 31;

export interface OpeningState {
  readonly open: boolean;
  /** Milliseconds since the epoch; undefined while open, or when nothing opens within a month. */
  readonly nextOpenAtMs: number | undefined;
  /** Of the exception that is in force today, as in "Christmas Eve". */
  readonly note: string | undefined;
}

/** Whether it is open at this time in this time zone. An interval past midnight belongs to the day it begins on. */
export function openingState(hours: Hours, timezone: string, nowMs: number): OpeningState {
  const today = localDay(nowMs, timezone);
  const yesterday = localDay(nowMs - 86_400_000, timezone);
  const open =
    intervalsOn(hours, today).some(([from, to]) => today.minute >= from && today.minute < to) ||
    intervalsOn(hours, yesterday).some(([, to]) => to > 1440 && today.minute < to - 1440);
  const note = exceptionOn(hours, today.date)?.note;
  return { open, note, nextOpenAtMs: open ? undefined : nextOpening(hours, timezone, nowMs) };
}

function nextOpening(hours: Hours, timezone: string, nowMs: number): number | undefined {
  for (let days = 0; days <= horizonDays; days += 1) {
    const day = localDay(nowMs + days * 86_400_000, timezone);
    const after = days === 0 ? day.minute : -1;
    const starts = intervalsOn(hours, day)
      .map(([from]) => from)
      .filter((from) => from > after);
    if (starts.length > 0) return atMinute(nowMs + days * 86_400_000, day.minute, Math.min(...starts), timezone);
  }
  return undefined;
}

/** The moment of a local minute on the day of `momentMs`; a change to or from summer time in between is put right. */
function atMinute(momentMs: number, minuteThen: number, minute: number, timezone: string): number {
  const guessMs = Math.floor(momentMs / 60_000) * 60_000 + (minute - minuteThen) * 60_000;
  const off = localDay(guessMs, timezone).minute - minute;
  return guessMs - (off > 720 ? off - 1440 : off < -720 ? off + 1440 : off) * 60_000;
}

function exceptionOn(hours: Hours, date: string): Hours['exceptions'][number] | undefined {
  return hours.exceptions.find(({ from, to }) => date >= from && date <= to);
}

function intervalsOn(hours: Hours, day: LocalDay): readonly (readonly [number, number])[] {
  return exceptionOn(hours, day.date)?.open ?? hours.weekly[day.weekday] ?? [];
}
