/** How far a message of several parts has come. */
export interface Progress {
  /** How many parts there were: with another configuration there may be others. */
  readonly count: number;
  /** The first part that has not been tried. */
  readonly next: number;
  /** Parts of which nobody knows whether Twilio has them. */
  readonly unsure: readonly number[];
  /** Twilio's id of the part that was taken last; empty before there is one. */
  readonly sid: string;
}

export function nothingYet(count: number): Progress {
  return { count, next: 0, unsure: [], sid: '' };
}

/** What Twilio may have is not repeated until all parts have been tried, and somebody sends the message again. */
export function partsLeft({ count, next, unsure }: Progress): readonly number[] {
  return next >= count ? unsure : Array.from({ length: count - next }, (_, index) => next + index);
}

/** @param sid Undefined where the answer was lost. */
export function after(progress: Progress, part: number, sid: string | undefined): Progress {
  const others = progress.unsure.filter((one) => one !== part);
  return {
    ...progress,
    next: Math.max(progress.next, part + 1),
    unsure: sid === undefined ? [...others, part] : others,
    sid: sid ?? progress.sid,
  };
}

/** What was kept of a message of so many parts; undefined where that says nothing of it. */
export function readProgress(kept: string | undefined, count: number): Progress | undefined {
  const { count: then, next, unsure, sid } = kept === undefined ? {} : fieldsIn(kept);
  const isFit = then === count && typeof next === 'number' && next >= 0 && next <= count && typeof sid === 'string';
  if (!isFit || !Array.isArray(unsure)) return undefined;
  return { count, next, unsure: unsure.filter((one) => typeof one === 'number' && one >= 0 && one < next), sid };
}

function fieldsIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
