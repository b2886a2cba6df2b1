import { fieldsOf, integerOf, listOf } from './fields.ts';

/** How far a message of several calls has come. */
export interface Progress {
  /** How many calls there were: with another configuration, or another version of this plugin, there may be others. */
  readonly count: number;
  /** The first call that has not been made. */
  readonly next: number;
  /** Of the first message that Telegram made of it; empty before there is one. */
  readonly providerMessageId: string;
  /** Calls of which something may have arrived or not. */
  readonly unsure: readonly number[];
}

export function nothingYet(count: number): Progress {
  return { count, next: 0, providerMessageId: '', unsure: [] };
}

/** The calls that are to be made: what may have arrived is not repeated until all have been, and somebody sends it again. */
export function callsLeft({ count, next, unsure }: Progress): readonly number[] {
  if (next >= count) return unsure;
  return Array.from({ length: count - next }, (_, index) => next + index);
}

/** @param providerMessageId Undefined where the answer was lost. */
export function after(progress: Progress, call: number, providerMessageId: string | undefined): Progress {
  const others = progress.unsure.filter((one) => one !== call);
  return {
    ...progress,
    next: Math.max(progress.next, call + 1),
    providerMessageId: progress.providerMessageId || (providerMessageId ?? ''),
    unsure: providerMessageId === undefined ? [...others, call] : others,
  };
}

/** What was kept of a message of so many calls; undefined where that says nothing of it. */
export function readProgress(kept: string | undefined, count: number): Progress | undefined {
  const told = kept === undefined ? undefined : fieldsIn(kept);
  const next = integerOf(told?.['next']);
  const { providerMessageId } = told ?? {};
  if (told?.['count'] !== count || next === undefined || next < 0 || next > count) return undefined;
  if (typeof providerMessageId !== 'string') return undefined;
  const unsure = listOf(told['unsure']).flatMap((one) => integerOf(one) ?? []);
  return { count, next, providerMessageId, unsure: unsure.filter((one) => one >= 0 && one < next) };
}

function fieldsIn(text: string) {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
