import { type Fields, list, only, Refused, record, refuse, string } from './fake-whatsapp-rules.ts';

/** A template as it was made at Meta. */
export interface FakeWhatsappTemplate {
  readonly name: string;
  readonly language: string;
  /** How many parameters its body has. */
  readonly parameters: number;
  /** Their names, where it names them; that of a heading's is `title` then. */
  readonly parameterNames?: readonly string[];
  /** What its heading needs; nothing unless told. */
  readonly header?: 'text' | 'image' | 'video' | 'document';
  /** Its buttons, in order: an address that is not whole, a quick reply, a code to copy, or one that nobody can change. */
  readonly buttons?: readonly ('url' | 'quick_reply' | 'copy_code' | 'fixed')[];
  /** `APPROVED` unless told. */
  readonly status?: string;
}

const buttonNames = { url: 'Url', quick_reply: 'QuickReply', copy_code: 'CopyCode', fixed: 'PhoneNumber' } as const;
const misnamed = 'Parameter name is missing or empty, or is not one of the template';
const parameterTypes: Readonly<Record<string, string>> = {
  url: 'text',
  quick_reply: 'payload',
  copy_code: 'coupon_code',
};

/**
 * The `template` of a message, held against how it was made. Details are worded as people have published them
 * (github.com/netflie/laravel-notification-whatsapp/issues/36 for a heading). @throws Refused
 */
export function requireTemplate(content: Fields, templates: readonly FakeWhatsappTemplate[]): void {
  only(content, ['name', 'language', 'components'], 'template');
  const name = string(content['name'], 'template.name', 512);
  const language = record(content['language'], 'template.language');
  if (language['policy'] !== undefined && language['policy'] !== 'deterministic')
    refuse('policy must be deterministic');
  const code = string(language['code'], 'template.language.code', 10);
  const known = requireSendable(name, code, templates);
  const components = content['components'] === undefined ? [] : list(content['components'], 'components', 12);
  const parts = components.map((component) => record(component, 'component'));
  const strange = parts.find(({ type }) => !['header', 'body', 'button'].includes(String(type)));
  if (strange !== undefined) refuse('component.type must be header, body or button');
  requireHeader(parts.filter(({ type }) => type === 'header').flatMap(parametersOf), known);
  requireBody(parts.filter(({ type }) => type === 'body').flatMap(parametersOf), known);
  requireButtons(
    parts.filter(({ type }) => type === 'button'),
    known,
  );
}

/** What `GET /{waba-id}/message_templates` gives: all that have `name` in their names, `limit` at once, in pages as all of the Graph API. */
export function templatesLike(query: URLSearchParams, templates: readonly FakeWhatsappTemplate[]): object {
  const found = templates.map(described).filter(({ name }) => name.includes(query.get('name') ?? ''));
  const from = Number(query.get('after') ?? 0);
  const to = from + Number(query.get('limit') ?? 25);
  const cursors = { before: String(from), after: String(to) };
  const paging = to < found.length ? { cursors, next: 'https://graph.facebook.com/next' } : { cursors };
  return { data: found.slice(from, to), paging };
}

function described(
  template: FakeWhatsappTemplate,
  index: number,
): { readonly name: string; readonly [field: string]: unknown } {
  const { name, language, parameters, parameterNames, header, buttons = [], status = 'APPROVED' } = template;
  const marks = Array.from({ length: parameters }, (_, at) => `{{${parameterNames?.[at] ?? at + 1}}}`);
  const heading = {
    type: 'HEADER',
    format: header?.toUpperCase(),
    ...(header === 'text' ? { text: `About {{${parameterNames === undefined ? 1 : 'title'}}}` } : {}),
  };
  const shown = {
    url: { type: 'URL', text: 'See it', url: 'https://shop.example/{{1}}' },
    quick_reply: { type: 'QUICK_REPLY', text: 'Yes' },
    copy_code: { type: 'COPY_CODE', text: 'Copy code' },
    fixed: { type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+15550783881' },
  };
  return {
    id: String(920_070_352_646_140 + index),
    name,
    language,
    status,
    category: 'UTILITY',
    parameter_format: parameterNames === undefined ? 'POSITIONAL' : 'NAMED',
    components: [
      ...(header === undefined ? [] : [heading]),
      { type: 'BODY', text: ['Your order is ready.', ...marks].join(' ') },
      ...(buttons.length === 0 ? [] : [{ type: 'BUTTONS', buttons: buttons.map((kind) => shown[kind]) }]),
    ],
  };
}

function requireSendable(name: string, code: string, templates: readonly FakeWhatsappTemplate[]): FakeWhatsappTemplate {
  const known = templates.find((entry) => entry.name === name && entry.language === code);
  switch (known?.status ?? 'APPROVED') {
    case 'PAUSED':
      throw new Refused(132015, 'Template is Paused', 'The template is paused because of low quality');
    case 'DISABLED':
      throw new Refused(132016, 'Template is Disabled', 'The template was paused too often and is disabled for good');
    case 'APPROVED':
      if (known !== undefined) return known;
  }
  throw new Refused(
    132001,
    'Template name does not exist in the translation',
    `template name (${name}) does not exist in ${code}`,
  );
}

function requireHeader(given: readonly Fields[], { header, parameterNames }: FakeWhatsappTemplate): void {
  if (header === undefined || header === 'text') {
    requireCount('header', given, header === undefined ? 0 : 1);
    for (const parameter of given) {
      requireText(parameter);
      const name = parameterNames === undefined ? undefined : 'title';
      if (parameter['parameter_name'] !== name) refuse(misnamed);
    }
    return;
  }
  const [parameter] = given;
  const type = parameter?.['type'];
  if (type !== header) {
    const received = typeof type === 'string' ? type.toUpperCase() : 'UNKNOWN';
    throw new Refused(
      132012,
      'Parameter format does not match format in the created template',
      `header: Format mismatch, expected ${header.toUpperCase()}, received ${received}`,
    );
  }
  const file = record(parameter?.[header], `header.${header}`);
  only(file, header === 'document' ? ['id', 'link', 'filename'] : ['id', 'link'], `header.${header}`);
  const link = string(file['link'], 'link', 2048);
  if (!/^https?:\/\//.test(link) || !URL.canParse(link)) refuse('link must be a web address');
}

function requireBody(given: readonly Fields[], { parameters, parameterNames }: FakeWhatsappTemplate): void {
  requireCount('body', given, parameters);
  for (const parameter of given) {
    requireText(parameter);
    const name = parameter['parameter_name'];
    const fits = parameterNames === undefined ? name === undefined : parameterNames.includes(String(name));
    if (!fits) refuse(misnamed);
  }
}

function requireButtons(given: readonly Fields[], { buttons = [] }: FakeWhatsappTemplate): void {
  const done = new Set<number>();
  for (const button of given) {
    only(button, ['type', 'sub_type', 'index', 'parameters'], 'button');
    const index = Number(string(button['index'], 'index', 2));
    const kind = buttons[index];
    const [parameter, ...more] = parametersOf(button);
    if (kind === undefined || kind === 'fixed' || done.has(index) || more.length > 0) {
      throw new Refused(
        132018,
        'There is an issue with the parameters in your template',
        `buttons: Button at index ${index} does not take these parameters`,
      );
    }
    done.add(index);
    if (button['sub_type'] !== kind) refuse(`button ${index} is of type ${kind}`);
    const type = String(parameterTypes[kind]);
    if (parameter?.['type'] !== type) refuse(`parameter.type must be ${type}`);
    string(parameter?.[type], `parameter.${type}`, kind === 'copy_code' ? 15 : 2000);
  }
  const missing = buttons.findIndex((kind, index) => (kind === 'url' || kind === 'copy_code') && !done.has(index));
  if (missing === -1) return;
  throw new Refused(
    131008,
    'Required parameter is missing',
    `buttons: Button at index ${missing} of type ${buttonNames[buttons[missing] ?? 'url']} requires a parameter`,
  );
}

function requireCount(part: string, given: readonly Fields[], expected: number): void {
  if (given.length === expected) return;
  throw new Refused(
    132000,
    'Number of parameters does not match the expected number of params',
    `${part}: number of localizable_params (${given.length}) does not match the expected number of params (${expected})`,
  );
}

function requireText({ type, text }: Fields): void {
  if (type !== 'text') refuse('parameter.type must be text');
  const value = string(text, 'parameter.text', 1024);
  if (!/[\n\t]| {5}/.test(value)) return;
  throw new Refused(
    132018,
    'Parameter format does not match',
    'Param text cannot have new-line/tab characters or more than 4 consecutive spaces',
  );
}

function parametersOf({ parameters }: Fields): readonly Fields[] {
  return list(parameters, 'parameters', 100).map((parameter) => record(parameter, 'parameter'));
}
