import { Liquid, type Template } from 'liquidjs';
import { PolyphonError } from '../contract/index.ts';

/** A pause of the process must not fail an honest template; a hostile one may not hold it for long. */
const renderLimitMs = 250;
const maxCached = 500;
/** Longer ones are parsed each time: parsing a prompt takes less than a millisecond. */
const maxCachedLength = 8192;

const engine = new Liquid({
  // Templates are a tenant's data: no files, no prototypes, and an end to time and memory.
  ownPropertyOnly: true,
  parseLimit: 100_000,
  renderLimit: renderLimitMs,
  memoryLimit: 1_000_000,
  relativeReference: false,
  templates: {},
  cache: false,
  // A filter that does not exist would leave a gap in what people read.
  strictFilters: true,
});
for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag];

/** Parsed templates by their text; a row template is rendered thousands of times in a row. */
const parsed = new Map<string, Template[]>();

/**
 * Renders a LiquidJS template. An unknown variable is empty.
 * @throws PolyphonError BOT1030 for a malformed template or one that needs more than 250 ms or 1 MB.
 */
export function renderText(template: string, variables: Readonly<Record<string, unknown>>): string {
  if (!template.includes('{{') && !template.includes('{%')) return template;
  try {
    return String(engine.renderSync(parse(template), variables));
  } catch (error) {
    throw new PolyphonError(
      'BOT1030',
      `A text template could not be rendered: ${reasonOf(error)}. Correct the template in the bot's folder.`,
      { cause: error },
    );
  }
}

/** What is wrong with a template, with its place inside the text: offsets from 0, `end` exclusive. */
export interface TextFault {
  readonly reason: string;
  readonly start: number;
  readonly end: number;
  /** Set where a filter does not exist. */
  readonly filter?: string;
}

/** Undefined when nothing is wrong. */
export function checkText(template: string): TextFault | undefined {
  if (!template.includes('{{') && !template.includes('{%')) return undefined;
  try {
    parse(template);
    return undefined;
  } catch (error) {
    return faultOf(error);
  }
}

/** Whether it may cost more than its length: only what repeats does. */
export function repeats(template: string): boolean {
  return /\{%-?\s*(?:for|tablerow)\b/.test(template);
}

/** What stops a well-formed template from being rendered with these values: that it costs more than it may. */
export function costFault(template: string, variables: Readonly<Record<string, unknown>>): TextFault | undefined {
  try {
    engine.renderSync(parse(template), variables);
    return undefined;
  } catch (error) {
    // With other values it may do what it should; what it costs will stay.
    return /limit exceeded/.test(reasonOf(error)) ? faultOf(error) : undefined;
  }
}

/** A value that a template asks for: `['vars', 'phone']` at its offset. Its own `assign`s and loop variables are none. */
export interface TextName {
  readonly segments: readonly (string | number)[];
  readonly start: number;
}

/** What a well-formed template asks for from outside. */
export function namesIn(template: string): readonly TextName[] {
  if (!template.includes('{{') && !template.includes('{%')) return [];
  const starts = [0];
  for (let at = template.indexOf('\n'); at !== -1; at = template.indexOf('\n', at + 1)) starts.push(at + 1);
  const { globals } = engine.analyzeSync(parse(template), { partials: false });
  return Object.values(globals)
    .flat()
    .map(({ segments, location: { row, col } }) => ({
      // A segment that is itself a variable says nothing about what comes after it.
      segments: segments.slice(0, untilNested(segments)) as (string | number)[],
      start: (starts[row - 1] ?? 0) + col - 1,
    }));
}

function untilNested(segments: readonly unknown[]): number {
  const nested = segments.findIndex((segment) => typeof segment === 'object');
  return nested === -1 ? segments.length : nested;
}

export function filterNames(): readonly string[] {
  return Object.keys(engine.filters);
}

function faultOf(error: unknown): TextFault {
  const { token } = error as { token?: { readonly begin: number; readonly end: number; readonly input?: string } };
  const reason = reasonOf(error);
  const start = token?.begin ?? 0;
  const end = token?.end ?? start + 1;
  const filter = /^undefined filter: (\S+)$/.exec(reason)?.[1];
  if (filter === undefined || token?.input === undefined) return { reason, start, end };
  const piped = new RegExp(`\\|\\s*(?=${filter.replace(/[^\w]/g, '\\$&')}(?![\\w-]))`).exec(
    token.input.slice(start, end),
  );
  if (piped === null) return { reason, start, end, filter };
  const at = start + piped.index + piped[0].length;
  return { reason, start: at, end: at + filter.length, filter };
}

function parse(template: string): Template[] {
  const known = parsed.get(template);
  if (known !== undefined) return known;
  const templates = engine.parse(template);
  if (template.length > maxCachedLength) return templates;
  if (parsed.size >= maxCached) {
    const oldest = parsed.keys().next();
    if (!oldest.done) parsed.delete(oldest.value);
  }
  parsed.set(template, templates);
  return templates;
}

/** The engine's sentence without the source it appends. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
  return message.replace(/, line:\d+, col:\d+$/, '').slice(0, 200);
}
