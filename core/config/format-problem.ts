import { expressionFault } from './formats.ts';
import { globFault } from './glob-pattern.ts';
import { nearest } from './nearest.ts';
import { mayRefer } from './references.ts';
import { type Described, type Found, isSecret } from './schema-finding.ts';
import type { Place } from './source-text.ts';

/** A text that is not of its `format`. */
export function malformed({ error, node, path, subject }: Found, place: Place): Described {
  const value = node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
  switch (String(error.params['format'])) {
    case 'interval':
      return {
        code: 'BOT1034',
        place,
        summary: 'this is not a span of time',
        detail: 'write two times of the 24-hour clock, as in 08:00-12:30',
      };
    case 'clock':
      return {
        code: 'BOT1034',
        place,
        summary: 'this is not a time of day',
        detail: 'write a time of the 24-hour clock, as in 21:00',
      };
    case 'day':
      return {
        code: 'BOT1034',
        place,
        summary: 'this is not a day that exists',
        detail: 'write year, month and day, as in 2026-12-24',
      };
    case 'cron':
      return {
        code: 'BOT1035',
        place,
        summary: 'this is not a schedule',
        detail: 'write minute, hour, day, month and weekday, as in 0 3 * * * for three at night',
      };
    case 'network':
      return {
        code: 'BOT1008',
        place,
        summary: 'this is neither an address nor a range of addresses',
        detail: 'write it as in 10.0.0.7 or 10.0.0.0/8',
      };
    case 'folder-glob': {
      const outside = globFault(value) === 'BOT1025';
      return {
        code: outside ? 'BOT1025' : 'BOT1026',
        place,
        summary: outside ? 'the path leads out of the folder' : 'the file pattern is malformed',
        detail: "name files inside the bot's folder, with / between folders, as in knowledge/**/*.md",
      };
    }
    case 're2':
      return {
        code: 'BOT1029',
        place,
        summary: `the expression cannot be used: ${mayRefer(value) ? 'it is malformed' : (expressionFault(value) ?? 'it is malformed')}`,
        detail: 'write an RE2 expression; look-around and back-references are not part of it',
      };
    case 'timezone': {
      const suggestion =
        mayRefer(value) || isSecret(path, subject) ? undefined : nearest(value, Intl.supportedValuesOf('timeZone'));
      return {
        code: 'BOT1032',
        place,
        summary: 'the time zone is unknown',
        detail: 'write an IANA name, as in Europe/Berlin',
        ...(suggestion === undefined ? {} : { suggestion }),
      };
    }
    default:
      return {
        code: 'BOT1008',
        place,
        summary: `this is not a valid ${String(error.params['format'])}`,
        detail: 'correct the value',
      };
  }
}
