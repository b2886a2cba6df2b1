/** A moment and the place it is told in. */
export interface LocalMoment {
  readonly atMs: number;
  readonly timezone: string;
}

/** Made once for each language and time zone: making one takes 60 us, more than filling in the text it goes into. */
const formats = new Map<string, Intl.DateTimeFormat>();
/** Languages and time zones come from definitions, of which a long-lived process sees many. */
const maxFormats = 500;

/** As in "Saturday, 21 November 2026 at 10:25". */
export function spokenMoment(language: string, moment: LocalMoment): string {
  return spoken(language, moment, 'moment');
}

/** As in "Monday 23 November at 09:00". */
export function spokenOpening(language: string, moment: LocalMoment): string {
  return spoken(language, moment, 'opening');
}

/** As in "21 Nov 2026, 10:25". */
export function writtenMoment(language: string, moment: LocalMoment): string {
  return spoken(language, moment, 'written');
}

const shapes = {
  written: { dateStyle: 'medium', timeStyle: 'short' },
  moment: { dateStyle: 'full', timeStyle: 'short' },
  opening: { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

function spoken(language: string, { atMs, timezone }: LocalMoment, shape: keyof typeof shapes): string {
  const key = `${language} ${timezone} ${shape}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language, { timeZone: timezone, ...shapes[shape] });
    if (formats.size >= maxFormats) formats.clear();
    formats.set(key, format);
  }
  return format.format(atMs);
}
