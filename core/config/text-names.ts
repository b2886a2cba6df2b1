import { checkText, filterNames, namesIn, type TextFault, type TextName } from './liquid.ts';
import { nearest } from './nearest.ts';
import { mapOf } from './plugin-uses.ts';

/** What a text may ask for, and what that has; undefined where anything may stand below it. */
const known: Readonly<Record<string, readonly string[] | undefined>> = {
  bot: ['name', 'language'],
  tenant: ['id', 'labels'],
  contact: ['name', 'email', 'phone'],
  session: ['id', 'locale', 'metadata'],
  hours: ['open', 'note', 'nextOpen'],
  channel: undefined,
  now: undefined,
  context: undefined,
  vars: undefined,
};

/** A stretch of a text and what is to be said about it. */
export interface TextRemark {
  readonly start: number;
  readonly end: number;
  readonly summary: string;
  readonly detail: string;
  readonly suggestion?: string;
  /** Set where the text as a whole is at fault, and the stretch only where it was noticed. */
  readonly of?: 'text';
}

/** Variables that do not exist, so that people would read a gap. What a text provides for, by a condition or a default, is none. */
export function strangeNames(template: string, vars: unknown): readonly TextRemark[] {
  if (isPlain(template, vars)) return [];
  const names = namesIn(template);
  const provided = providedIn(template, names);
  return names.flatMap((name): readonly TextRemark[] => {
    const [root = '', key] = name.segments.map(String);
    if (!Object.hasOwn(known, root)) return [strange(name, nearest(root, Object.keys(known)), root)];
    if (key === undefined || provided.has(pathOf(name))) return [];
    const keys = keysOf(root, vars);
    if (keys === undefined || keys.includes(key)) return [];
    const near = nearest(key, keys);
    return [strange(name, near === undefined ? undefined : `${root}.${near}`, `${root}.${key}`)];
  });
}

/**
 * Whether nothing but values that exist is asked for, one by one: true of nearly all texts, and told thirty times faster than by the
 * engine, which counts when a thousand bots start.
 */
function isPlain(template: string, vars: unknown): boolean {
  if (template.includes('{%')) return false;
  for (const [, written = ''] of template.matchAll(/\{\{-?(.*?)-?\}\}/gs)) {
    const [, root, key] = /^\s*([a-z]+)(?:\.(\w+))?\s*$/i.exec(written) ?? [];
    if (root === undefined || !Object.hasOwn(known, root)) return false;
    const keys = key === undefined ? undefined : keysOf(root, vars);
    if (keys !== undefined && key !== undefined && !keys.includes(key)) return false;
  }
  return true;
}

function keysOf(root: string, vars: unknown): readonly string[] | undefined {
  return root === 'vars' ? Object.keys(mapOf(vars) ?? {}) : known[root];
}

/** What a template asks for and does not provide for by a condition or a default. */
export function namesWanted(template: string): readonly TextName[] {
  if (checkText(template) !== undefined) return [];
  const names = namesIn(template);
  const provided = providedIn(template, names);
  return names.filter((name) => !provided.has(pathOf(name)));
}

function strange({ start, segments }: TextName, suggestion: string | undefined, written: string): TextRemark {
  const next =
    segments[0] === 'vars'
      ? 'add it to `vars:`, correct the name, or give a default: {{ … | default: "…" }}'
      : `correct the name; there are ${Object.keys(known).join(', ')}`;
  return {
    start,
    end: start + written.length,
    summary: `there is no ${written}: people would read a gap`,
    detail: next,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function providedIn(template: string, names: readonly TextName[]): ReadonlySet<string> {
  return new Set(names.filter((name) => isProvidedFor(template, name)).map(pathOf));
}

/** In a condition, or with a default. */
function isProvidedFor(template: string, { start }: TextName): boolean {
  const output = template.lastIndexOf('{{', start);
  if (template.lastIndexOf('{%', start) > output) return true;
  const close = template.indexOf('}}', start);
  return /\|\s*default\b/.test(template.slice(start, close === -1 ? undefined : close));
}

function pathOf({ segments }: TextName): string {
  return segments.join('\0');
}

/** What is said of a text that cannot be used. */
export function faultRemark({ reason, start, end, filter }: TextFault): TextRemark {
  if (filter !== undefined) {
    const suggestion = nearest(filter, filterNames());
    return {
      start,
      end,
      summary: `there is no filter "${filter}"`,
      detail: 'correct its name, or remove it; the filters are those of LiquidJS',
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  }
  if (/limit exceeded/.test(reason)) {
    return {
      start,
      end,
      summary: `the template costs more than a text may: ${reason}`,
      detail: 'repeat less; a text has 250 ms and 1 MB',
      of: 'text',
    };
  }
  return {
    start,
    end,
    summary: `the template is malformed: ${reason}`,
    detail: 'correct it; {{ name }} inserts a value, {% if name %}…{% endif %} chooses',
  };
}
