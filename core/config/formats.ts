import { isIP } from 'node:net';
import { Cron } from 'croner';
import { RE2JS } from 're2js';

/** Minutes after midnight, as in `08:00-12:00`; an end before the start is on the next day. Undefined when malformed. */
export function parseInterval(text: string): readonly [startMinute: number, endMinute: number] | undefined {
  const [, startHour, start, endHour, end] = /^(\d{1,2}):(\d{2})\s?[-–]\s?(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (end === undefined) return undefined;
  const [from, to] = [Number(startHour) * 60 + Number(start), Number(endHour) * 60 + Number(end)];
  const wellFormed = Number(start) < 60 && Number(end) < 60 && from < 1440 && to <= 1440 && from !== to;
  return wellFormed ? [from, to] : undefined;
}

/** Minutes after midnight, as in `21:00`; undefined when malformed. */
export function parseClock(text: string): number | undefined {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined;
  return Number(hour) * 60 + Number(minute);
}

/** Whether it is a day that exists, as in 2026-12-24. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** An address, or a range as in 10.0.0.0/8. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

const knownZones = new Map<string, boolean>();
export function isTimeZone(name: string): boolean {
  const known = knownZones.get(name);
  if (known !== undefined) return known;
  let valid = /^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name);
  try {
    if (valid) new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    valid = false;
  }
  if (knownZones.size < 1000) knownZones.set(name, valid);
  return valid;
}

const knownExpressions = new Map<string, string | undefined>();
/** What is wrong with an RE2 expression; undefined when nothing is. */
export function expressionFault(pattern: string): string | undefined {
  if (knownExpressions.has(pattern)) return knownExpressions.get(pattern);
  let fault: string | undefined;
  if (pattern.length > 1000) fault = 'it is longer than 1000 characters';
  else {
    try {
      RE2JS.compile(pattern);
    } catch (error) {
      const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : '';
      fault = (reason.split(':')[0] ?? '') || 'it cannot be compiled';
    }
  }
  if (knownExpressions.size < 1000) knownExpressions.set(pattern, fault);
  return fault;
}

const cronField = /^(\*|\d{1,2}(-\d{1,2})?)(\/\d{1,2})?$/;
const cronNames = /^(mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(-[a-z]{3})?$/i;
const cronLimits = [59, 23, 31, 12, 7];
/** Five fields: minute, hour, day, month, weekday; and a time that comes. */
export function isSchedule(text: string): boolean {
  const fields = text.trim().split(/\s+/);
  return (
    fields.length === 5 &&
    fields.every((field, index) =>
      field
        .split(',')
        .every(
          (part) =>
            (cronField.test(part) &&
              (part.split('/')[0] ?? '')
                .split('-')
                .every((edge) => edge === '*' || Number(edge) <= (cronLimits[index] ?? 0))) ||
            (index > 2 && cronNames.test(part)),
        ),
    ) &&
    comes(text.trim())
  );
}

/** False for `0 0 31 2 *` and for a range that runs backwards. */
function comes(schedule: string): boolean {
  try {
    return new Cron(schedule, { timezone: 'UTC', paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}
