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

/** What is wrong with a template, with its place inside the text (lines and columns begin at 1); undefined when nothing is. */
export function checkText(
  template: string,
): { readonly reason: string; readonly line: number; readonly column: number } | undefined {
  if (!template.includes('{{') && !template.includes('{%')) return undefined;
  try {
    parse(template);
    return undefined;
  } catch (error) {
    const token = (error as { token?: { getPosition?(): number[] } }).token;
    const [line = 1, column = 1] = token?.getPosition?.() ?? [];
    return { reason: reasonOf(error), line, column };
  }
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
