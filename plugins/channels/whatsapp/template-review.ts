import type { OutboundTemplate, TemplateButton } from 'polyphon/plugin';
import { type Fields, listOf, objectOf, textOf } from './loose-json.ts';
import type { WhatsappConfig } from './schema.ts';
import { ownTemplate, templateOf } from './template-parts.ts';

export interface ReviewOptions {
  readonly templates: WhatsappConfig['templates'];
  readonly defaultLanguage: string;
  /** Meta's templates whose names have this in them, in every language. @throws PolyphonError WAP3303, NET6001 to NET6005. */
  named(name: string): Promise<readonly Fields[]>;
}

const maxTextLength = 2_000;
/** With these Meta refuses a message. What it may be called besides is left to Meta. */
const unsendable: ReadonlySet<string> = new Set([
  'PENDING',
  'REJECTED',
  'PAUSED',
  'DISABLED',
  'IN_APPEAL',
  'PENDING_DELETION',
  'DELETED',
  'ARCHIVED',
  'LIMIT_EXCEEDED',
]);

/** What Meta would refuse of the bot's templates: a sentence for each that does not fit, with the next step. */
export async function reviewTemplates({
  templates,
  defaultLanguage,
  named,
}: ReviewOptions): Promise<readonly string[]> {
  const mapped = Object.entries(templates).map(([key, written]) => ({ key, ...templateOf(written, defaultLanguage) }));
  const names = [...new Set(mapped.map(({ name }) => name))];
  const known = new Map(await Promise.all(names.map(async (name) => [name, await named(name)] as const)));
  // Nobody fills in what these lack: they go out by themselves.
  const ownKey = ownTemplate(templates);
  return mapped.flatMap(({ key, ...template }) => {
    const theirs = (known.get(template.name) ?? []).filter(({ name }) => name === template.name);
    const wrong = wrongIn(template, theirs, key === ownKey);
    return wrong === undefined ? [] : [`templates.${key}: ${wrong}`];
  });
}

function wrongIn(template: OutboundTemplate, theirs: readonly Fields[], isWhole: boolean): string | undefined {
  const { name, language } = template;
  if (theirs.length === 0) {
    return `the business account has no template ${name}. Have it approved in WhatsApp > Message templates, or correct the name.`;
  }
  const found = theirs.find((one) => one['language'] === language);
  if (found === undefined) {
    const languages = theirs.map((one) => textOf(one['language'], 20) ?? 'unknown').join(', ');
    return `${name} is there in ${languages}, and not in ${language}. Set its \`language\`, or have it approved in that one too.`;
  }
  const status = textOf(found['status'], 40) ?? '';
  if (unsendable.has(status)) {
    return `Meta has ${name} (${language}) as ${status}, and sends none until it is APPROVED. See WhatsApp > Message templates.`;
  }
  const components = listOf(found['components']).map(objectOf);
  const part = (type: string): Fields => components.find((one) => one['type'] === type) ?? {};
  const wrong =
    wrongParameters(template, textOf(part('BODY')['text'], maxTextLength) ?? '', isWhole) ??
    wrongHeader(template, part('HEADER'), isWhole) ??
    wrongButtons(template, listOf(part('BUTTONS')['buttons']).map(objectOf), isWhole);
  return wrong === undefined ? undefined : `${name} (${language}) ${wrong}`;
}

function wrongParameters(
  { parameters, parameterNames }: OutboundTemplate,
  text: string,
  isWhole: boolean,
): string | undefined {
  const marks = marksIn(text);
  if (parameters.length === 0 && !isWhole) return undefined;
  const shown = marks.map((mark) => `{{${mark}}}`).join(' ');
  if (parameters.length !== marks.length) {
    const wanted = marks.length === 0 ? 'takes no `parameters`' : `takes ${marks.length} \`parameters\`, ${shown}`;
    return `${wanted}, and has ${parameters.length} here. Give as many as it takes.`;
  }
  const isNamed = marks.some((mark) => !/^\d+$/.test(mark));
  if (!isNamed)
    return parameterNames === undefined ? undefined : 'numbers its `parameters`. Write a list in place of names.';
  const fits = parameterNames !== undefined && marks.every((mark) => parameterNames.includes(mark));
  return fits ? undefined : `names its \`parameters\` ${shown}. Write each by that name.`;
}

function wrongHeader({ header }: OutboundTemplate, theirs: Fields, isWhole: boolean): string | undefined {
  const format = textOf(theirs['format'], 40)?.toLowerCase();
  const isFixed = format === 'text' && marksIn(textOf(theirs['text'], maxTextLength) ?? '').length === 0;
  const wanted = isFixed ? undefined : format;
  if (wanted !== undefined && !['text', 'image', 'video', 'document'].includes(wanted)) {
    return `has a heading (${wanted}) that this channel cannot fill. Have one without it approved.`;
  }
  if (header === undefined && !isWhole) return undefined;
  if (header?.kind === wanted) return header?.kind === 'text' ? wrongHeaderName(header.name, theirs) : undefined;
  if (wanted === undefined) return 'has a heading that takes nothing. Take `header` away.';
  const example = wanted === 'text' ? 'its words' : 'https://…';
  const here = header === undefined ? 'none' : `\`${header.kind}\``;
  return `needs \`header: { ${wanted}: ${example} }\`, and has ${here} here.`;
}

function wrongHeaderName(name: string | undefined, theirs: Fields): string | undefined {
  const [mark = ''] = marksIn(textOf(theirs['text'], maxTextLength) ?? '');
  if (/^\d+$/.test(mark))
    return name === undefined ? undefined : 'numbers the parameter of its heading. Take its `name` away.';
  return name === mark ? undefined : `calls the parameter of its heading {{${mark}}}. Give it: \`name: ${mark}\`.`;
}

function wrongButtons(
  { buttons = [] }: OutboundTemplate,
  theirs: readonly Fields[],
  isWhole: boolean,
): string | undefined {
  const wanted = theirs.map(neededBy);
  for (const [position, { index, kind }] of buttons.entries()) {
    if (buttons.findIndex((other) => other.index === index) < position) {
      return `has two \`buttons\` of index ${index} here. Give each its own \`index\`.`;
    }
    if (wanted[index]?.kind === kind) continue;
    const takes = wanted[index] === undefined ? 'takes nothing, or is not there' : `takes a \`${wanted[index].kind}\``;
    return `has ${theirs.length} buttons, and the one at index ${index} ${takes}, not a \`${kind}\`. Correct \`buttons\`.`;
  }
  const missing = wanted.findIndex(
    (need, index) => need?.mustBe === true && !buttons.some((button) => button.index === index),
  );
  if (missing === -1 || !isWhole) return undefined;
  return `needs a \`${wanted[missing]?.kind}\` for its button at index ${missing}. Give it in \`buttons\`.`;
}

/** What a button takes, and whether it goes without. */
function neededBy(button: Fields): { readonly kind: TemplateButton['kind']; readonly mustBe: boolean } | undefined {
  switch (button['type']) {
    case 'URL':
      return marksIn(textOf(button['url'], maxTextLength) ?? '').length > 0 ? { kind: 'url', mustBe: true } : undefined;
    // The code of an authentication template is sent as if it were an address.
    case 'OTP':
      return { kind: 'url', mustBe: true };
    case 'COPY_CODE':
      return { kind: 'code', mustBe: true };
    case 'QUICK_REPLY':
      return { kind: 'reply', mustBe: false };
    default:
      return undefined;
  }
}

/** As in `['1', '2']` or `['customer']`, each once. */
function marksIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([\w-]+)\s*\}\}/g)].map(([, mark = '']) => mark))];
}
