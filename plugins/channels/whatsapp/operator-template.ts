import type { OutboundTemplate, OutgoingMessage, TemplateButton, TemplateHeader } from 'polyphon/plugin';
import { type Fields, objectOf } from './loose-json.ts';
import { isHttps, listIn, malformed, textIn } from './operator-fields.ts';
import { textMark } from './outside-window.ts';
import type { WhatsappConfig } from './schema.ts';
import { parametersOf, templateOf } from './template-parts.ts';
import * as limits from './template-schema.ts';

/** What `POST …/templates` takes. */
export const templateFields = ['template', 'language', 'header', 'parameters', 'buttons'] as const;

const templateShape = /^[a-z0-9_]{1,512}$/;
const languageShape = /^[a-z]{2,3}(_[A-Za-z]{2,4})?$/;
const nameShape = new RegExp(limits.parameterNameShape);
type Parameters = Pick<OutboundTemplate, 'parameters' | 'parameterNames'>;

/** The template of a request: what it gives stands in place of what the bot has mapped. @throws PolyphonError WAP3304. */
export function templateIn(
  fields: Fields,
  templates: WhatsappConfig['templates'],
  defaultLanguage: string,
): OutgoingMessage {
  const name = textIn(fields, 'template', 512) ?? '';
  const language = textIn(fields, 'language', 10);
  const mapped = Object.hasOwn(templates, name) ? templates[name] : undefined;
  if (mapped === undefined && !templateShape.test(name)) {
    throw malformed(
      '`template` is not the name of one',
      'Send a name from `templates` of the channel, or one of Meta’s',
    );
  }
  if (language !== undefined && !languageShape.test(language)) {
    throw malformed('`language` is not one of Meta’s codes', 'Send one, as in en_US');
  }
  const configured = templateOf(mapped ?? name, defaultLanguage);
  const { parameters, parameterNames } = judged(parametersIn(fields), configured);
  const header = headerIn(fields, configured.header) ?? configured.header;
  const buttons = merged(configured.buttons ?? [], buttonsIn(fields));
  const template = {
    ...configured,
    parameters,
    ...(parameterNames === undefined ? {} : { parameterNames }),
    ...(header === undefined ? {} : { header }),
    ...(buttons.length === 0 ? {} : { buttons }),
    ...(language === undefined ? {} : { language }),
  };
  // What people who read the conversation see, and by which the same request is known again.
  const headline = header === undefined ? [] : [header.kind === 'text' ? header.text : header.url];
  const pressed = buttons.map(({ value }) => value);
  return { text: [template.name, ...headline, ...parameters, ...pressed].join(' · '), template };
}

function parametersIn(fields: Fields): Parameters | undefined {
  const given = fields['parameters'];
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'object' || Array.isArray(given)) {
    const list = listIn(fields, 'parameters', limits.maxParameters);
    return parametersOf(list.map((value, index) => parameterIn(value, `parameters[${index}]`)));
  }
  const named = Object.entries(given);
  const strange = named.findIndex(([name]) => !nameShape.test(name));
  if (strange !== -1) {
    throw malformed(
      `the name of parameter ${strange + 1} is none of Meta’s`,
      'Use a to z, 0 to 9 and _, as the template does',
    );
  }
  if (named.length > limits.maxParameters) {
    throw malformed(`\`parameters\` has more than ${limits.maxParameters} entries`, 'Send fewer');
  }
  return parametersOf(
    Object.fromEntries(named.map(([name, value]) => [name, parameterIn(value, `parameters.${name}`)])),
  );
}

function parameterIn(value: unknown, name: string): string {
  if (typeof value !== 'string') throw malformed(`\`${name}\` is not a text`, 'Send it in quotes, also a number');
  return textIn({ [name]: value }, name, limits.maxParameterLength) ?? '';
}

/** What the bot has mapped tells what the template has; of one named only, Meta alone knows. */
function judged(given: Parameters | undefined, mapped: Parameters): Parameters {
  if (given === undefined) {
    if (mapped.parameters.every((parameter) => parameter.search(textMark) < 0)) return mapped;
    throw malformed(
      '`parameters` is missing, and {{ text }} in those of this template stands for an answer of the bot',
      'Send what is to stand there',
    );
  }
  const count = mapped.parameters.length;
  if (count === 0) return given;
  if (given.parameters.length !== count) {
    throw malformed(
      `\`parameters\` has ${given.parameters.length} entries, and this template has ${count} in the bot`,
      'Meta takes neither fewer nor more: send as many, or correct `templates` of the channel',
    );
  }
  const names = mapped.parameterNames;
  if (given.parameterNames === undefined)
    return { ...given, ...(names === undefined ? {} : { parameterNames: names }) };
  if (names !== undefined && given.parameterNames.every((name) => names.includes(name))) return given;
  throw malformed(
    '`parameters` has other names than those of this template in the bot',
    names === undefined ? 'Send a list: there they are numbered' : `Known: ${names.join(', ')}`,
  );
}

function headerIn(fields: Fields, mapped: TemplateHeader | undefined): TemplateHeader | undefined {
  const given = fields['header'];
  if (given === undefined || given === null) return undefined;
  const entry = objectOf(given);
  const kind = kindIn(entry, ['text', 'image', 'video', 'document'], { name: 'header', beside: ['name'] });
  if (mapped !== undefined && mapped.kind !== kind) {
    throw malformed(
      `\`header\` has \`${kind}\`, and that of this template \`${mapped.kind}\` in the bot`,
      'Send what it has, or correct `templates` of the channel',
    );
  }
  const value = valueIn(entry, kind, 'header', kind === 'text' ? limits.maxHeaderLength : limits.maxUrlLength);
  if (kind !== 'text' && !isHttps(value)) {
    throw malformed(`\`header.${kind}\` is not an https address`, 'Send where Meta can fetch the file');
  }
  if (kind === 'image' || kind === 'video') {
    if (entry['name'] === undefined) return { kind, url: value };
    throw malformed(`\`header.name\` is of no use to a ${kind}`, 'Leave it out');
  }
  const name = textIn(entry, 'name', 200);
  if (kind === 'document') return { kind, url: value, ...(name === undefined ? {} : { name }) };
  const parameterName = name ?? mapped?.name;
  if (parameterName !== undefined && !nameShape.test(parameterName)) {
    throw malformed('`header.name` is no name of a parameter', 'Use a to z, 0 to 9 and _, as the template does');
  }
  return { kind, text: value, ...(parameterName === undefined ? {} : { name: parameterName }) };
}

function buttonsIn(fields: Fields): readonly TemplateButton[] {
  return listIn(fields, 'buttons', limits.maxButtons).map((given, position) => {
    const entry = objectOf(given);
    const name = `buttons[${position}]`;
    const index = entry['index'] ?? position;
    if (!Number.isInteger(index) || Number(index) < 0 || Number(index) >= limits.maxButtons) {
      throw malformed(
        `\`${name}.index\` is not a number from 0 to ${limits.maxButtons - 1}`,
        'Send its place among the buttons',
      );
    }
    const most = { url: limits.maxUrlLength, reply: limits.maxReplyLength, code: limits.maxCodeLength } as const;
    const kind = kindIn(entry, ['url', 'reply', 'code'], { name, beside: ['index'] });
    const value = valueIn(entry, kind, name, most[kind]);
    if (kind !== 'reply' && /\s/.test(value)) throw malformed(`\`${name}.${kind}\` has a blank`, 'Write it without');
    return { index: Number(index), kind, value };
  });
}

/** Which one of several members it has. */
function kindIn<Kind extends string>(
  entry: Fields,
  kinds: readonly Kind[],
  { name, beside }: { readonly name: string; readonly beside: readonly string[] },
): Kind {
  const members = Object.keys(entry).filter((member) => !beside.includes(member));
  const kind = members.length === 1 ? kinds.find((one) => one === members[0]) : undefined;
  if (kind !== undefined) return kind;
  const known = kinds.map((one) => `\`${one}\``).join(', ');
  throw malformed(`\`${name}\` has to have one of ${known}, and nothing else`, 'Correct it or leave it out');
}

function valueIn(entry: Fields, kind: string, name: string, maxLength: number): string {
  const value = textIn(entry, kind, maxLength);
  if (value === undefined) throw malformed(`\`${name}.${kind}\` is empty`, 'Correct it or leave it out');
  return value;
}

/** What a request gives in place of what the bot has at the same button. */
function merged(mapped: readonly TemplateButton[], given: readonly TemplateButton[]): readonly TemplateButton[] {
  const buttons = new Map(mapped.map((button) => [button.index, button]));
  for (const [position, button] of given.entries()) {
    const { index, kind } = button;
    if (given.findIndex((other) => other.index === index) < position) {
      throw malformed(`\`buttons[${position}]\` has the index ${index} of another one`, 'Give each its own `index`');
    }
    const before = buttons.get(index);
    if (before !== undefined && before.kind !== kind) {
      throw malformed(
        `\`buttons[${position}]\` has \`${kind}\`, and button ${index} of this template \`${before.kind}\` in the bot`,
        'Send what it has, or another `index`',
      );
    }
    buttons.set(index, button);
  }
  return [...buttons.values()].sort((a, b) => a.index - b.index);
}
