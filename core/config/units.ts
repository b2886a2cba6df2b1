import { unitForms } from '../../schemas/unit-forms.ts';
import type { Unit } from '../../schemas/vocabulary.ts';
import type { Money, Rate } from '../contract/index.ts';

const durationsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const sizes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};
const periodsMs: Readonly<Record<string, number>> = {
  s: 1000,
  sec: 1000,
  second: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
};

const patterns: Readonly<Record<Unit, RegExp>> = {
  duration: new RegExp(unitForms.duration.pattern),
  rate: new RegExp(unitForms.rate.pattern),
  size: new RegExp(unitForms.size.pattern),
  money: new RegExp(unitForms.money.pattern),
};

/** The unit a bare number most likely lacks. */
export const likelyUnit: Readonly<Record<Unit, string>> = { duration: 's', rate: '/min', size: 'MB', money: ' EUR' };

/** Milliseconds; undefined when malformed. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit = ''] = patterns.duration.exec(text) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * (durationsMs[unit] ?? 1));
}

/** Bytes; undefined when malformed. */
export function parseSize(text: string): number | undefined {
  const [, amount, unit = ''] = patterns.size.exec(text) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * (sizes[unit] ?? 1));
}

export function parseRate(text: string): Rate | undefined {
  const [, count, unit = ''] = patterns.rate.exec(text) ?? [];
  return count === undefined ? undefined : { count: Number(count), perMs: periodsMs[unit] ?? 1 };
}

export function parseMoney(text: string): Money | undefined {
  const [, amount, currency] = patterns.money.exec(text) ?? [];
  return amount === undefined || currency === undefined ? undefined : { amount: Number(amount), currency };
}

export function fitsUnit(unit: Unit, text: string): boolean {
  return patterns[unit].test(text);
}
