/** Why the fake refuses a request, in Meta's words and codes. */
export interface FakeWhatsappRefusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly details: string;
  /** `error_subcode`. */
  readonly subcode?: number;
}

export interface FakeWhatsappTemplate {
  readonly name: string;
  readonly language: string;
  /** How many parameters its body has. */
  readonly parameters: number;
}

type Fields = Readonly<Record<string, unknown>>;

const mediaTypes = ['audio', 'document', 'image', 'sticker', 'video'];
const captioned = new Set(['document', 'image', 'video']);
const types = new Set([...mediaTypes, 'text', 'location', 'interactive', 'template', 'reaction', 'contacts']);

/**
 * The part of Meta's own description of `/{phone-number-id}/messages` (v23.0) that a bot uses, with the lengths its documentation
 * adds. `cta_url` is in the documentation and not in the description.
 */
export function refusalOfMessage(
  body: unknown,
  templates: readonly FakeWhatsappTemplate[],
): FakeWhatsappRefusal | undefined {
  try {
    judge(record(body, 'body'), templates);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

class Refused extends Error {
  readonly refusal: FakeWhatsappRefusal;
  constructor(code: number, message: string, details: string) {
    super(details);
    this.refusal = { status: code === 132001 ? 404 : 400, code, message: `(#${code}) ${message}`, details };
  }
}

function judge(body: Fields, templates: readonly FakeWhatsappTemplate[]): void {
  if (body['messaging_product'] !== 'whatsapp') refuse('messaging_product must be whatsapp');
  if (body['recipient_type'] !== 'individual') refuse('recipient_type must be individual');
  const type = string(body['type'], 'type', 20);
  if (!types.has(type)) refuse(`type ${type} is not known`);
  only(
    body,
    ['messaging_product', 'recipient_type', 'to', 'recipient', 'type', 'context', 'biz_opaque_callback_data', type],
    'body',
  );
  recipient(body);
  if (body['context'] !== undefined) texts(record(body['context'], 'context'), ['message_id'], 'context');
  if (body['biz_opaque_callback_data'] !== undefined) {
    string(body['biz_opaque_callback_data'], 'biz_opaque_callback_data', 512);
  }
  const content = record(body[type], type);
  switch (type) {
    case 'text':
      text(content);
      return;
    case 'location':
      location(content);
      return;
    case 'interactive':
      interactive(content);
      return;
    case 'template':
      template(content, templates);
      return;
    default:
      if (!mediaTypes.includes(type)) refuse(`type ${type} is not sent by bots`);
      media(type, content);
  }
}

function recipient({ to, recipient }: Fields): void {
  if (recipient !== undefined) {
    if (typeof recipient !== 'string' || !/^[A-Z]{2}\.[A-Za-z0-9.]{1,140}$/.test(recipient)) {
      refuse('recipient must be a business-scoped user id');
    }
    return;
  }
  // The real one answers 200 to a user id in `to` and drops the message; a fake must not hide that.
  if (typeof to !== 'string' || !/^\+?\d{5,20}$/.test(to)) refuse('to must be a telephone number');
}

function text(content: Fields): void {
  only(content, ['body', 'preview_url'], 'text');
  string(content['body'], 'text.body', 4096);
  const { preview_url: preview } = content;
  if (preview !== undefined && typeof preview !== 'boolean') refuse('text.preview_url must be true or false');
}

function media(type: string, content: Fields): void {
  const known = [
    'id',
    'link',
    ...(captioned.has(type) ? ['caption'] : []),
    ...(type === 'document' ? ['filename'] : []),
  ];
  only(content, known, type);
  texts(content, known, type);
  if ((content['id'] === undefined) === (content['link'] === undefined)) refuse(`${type} must have either id or link`);
  if (content['link'] !== undefined && !isWebAddress(content['link'])) refuse(`${type}.link must be a web address`);
  if (content['caption'] !== undefined) string(content['caption'], `${type}.caption`, 1024);
}

function location(content: Fields): void {
  only(content, ['latitude', 'longitude', 'name', 'address'], 'location');
  texts(content, ['name', 'address'], 'location');
  for (const name of ['latitude', 'longitude']) {
    // Texts in Meta's specification, numbers in its examples.
    const degrees = content[name];
    const isWritten = typeof degrees === 'string' ? degrees.trim() !== '' : typeof degrees === 'number';
    if (!isWritten || !Number.isFinite(Number(degrees))) refuse(`location.${name} must be a number`);
  }
}

function interactive(content: Fields): void {
  only(content, ['type', 'header', 'body', 'footer', 'action'], 'interactive');
  string(record(content['body'], 'interactive.body')['text'], 'interactive.body.text', 1024);
  around(content);
  const action = record(content['action'], 'interactive.action');
  switch (content['type']) {
    case 'button': {
      const replies = list(action['buttons'], 'buttons', 3).map((button) => {
        const { type, reply } = record(button, 'button');
        if (type !== 'reply') refuse('button.type must be reply');
        return choice(record(reply, 'button.reply'), { id: 256, title: 20 });
      });
      unique(replies, ['id', 'title']);
      return;
    }
    case 'list': {
      string(action['button'], 'list.button', 20);
      const sections = list(action['sections'], 'sections', 10).map((section) => record(section, 'section'));
      for (const { title } of sections)
        if (title !== undefined || sections.length > 1) string(title, 'section.title', 24);
      const rows = sections.flatMap((section) => list(section['rows'], 'rows', 10).map((row) => record(row, 'row')));
      if (rows.length > 10) refuse('a list has at most ten rows');
      const choices = rows.map((row) => {
        if (row['description'] !== undefined) string(row['description'], 'row.description', 72);
        return choice(row, { id: 200, title: 24 });
      });
      unique(choices, ['id']);
      return;
    }
    case 'cta_url': {
      if (action['name'] !== 'cta_url') refuse('action.name must be cta_url');
      const parameters = record(action['parameters'], 'action.parameters');
      string(parameters['display_text'], 'display_text', 20);
      if (!isWebAddress(parameters['url'])) refuse('url must be a web address');
      return;
    }
    default:
      refuse('interactive.type is not known');
  }
}

/** What stands above and below the words. */
function around({ type: kind, header, footer }: Fields): void {
  if (footer !== undefined) string(record(footer, 'interactive.footer')['text'], 'interactive.footer.text', 60);
  if (header === undefined) return;
  const content = record(header, 'interactive.header');
  const type = String(content['type']);
  if (type === 'text') string(content['text'], 'interactive.header.text', 60);
  else if (kind === 'list') refuse('interactive.header.type of a list must be text');
  else if (!['document', 'image', 'video'].includes(type)) refuse('interactive.header.type is not known');
  else media(type, record(content[type], `interactive.header.${type}`));
}

function choice(fields: Fields, most: { readonly id: number; readonly title: number }) {
  const id = string(fields['id'], 'id', most.id);
  if (id !== id.trim()) refuse('id must not have spaces around it');
  return { id, title: string(fields['title'], 'title', most.title) };
}

function unique(
  choices: readonly { readonly id: string; readonly title: string }[],
  keys: readonly ('id' | 'title')[],
): void {
  for (const key of keys) {
    if (new Set(choices.map((entry) => entry[key])).size < choices.length) refuse(`${key} stands twice`);
  }
}

function template(content: Fields, templates: readonly FakeWhatsappTemplate[]): void {
  only(content, ['name', 'language', 'components'], 'template');
  const name = string(content['name'], 'template.name', 512);
  const language = record(content['language'], 'template.language');
  if (language['policy'] !== undefined && language['policy'] !== 'deterministic')
    refuse('policy must be deterministic');
  const code = string(language['code'], 'template.language.code', 10);
  const known = templates.find((entry) => entry.name === name && entry.language === code);
  if (known === undefined) {
    throw new Refused(
      132001,
      'Template name does not exist in the translation',
      `template name (${name}) does not exist in ${code}`,
    );
  }
  const components = content['components'] === undefined ? [] : list(content['components'], 'components', 10);
  const parameters = components.flatMap((component) => {
    const { type, parameters } = record(component, 'component');
    return type === 'body' ? list(parameters, 'parameters', 100) : [];
  });
  if (parameters.length !== known.parameters) {
    throw new Refused(
      132000,
      'Number of parameters does not match the expected number of params',
      `body: number of localizable_params (${parameters.length}) does not match the expected number of params (${known.parameters})`,
    );
  }
  for (const parameter of parameters) {
    const { type, text } = record(parameter, 'parameter');
    if (type !== 'text') refuse('parameter.type must be text');
    const value = string(text, 'parameter.text', 1024);
    if (/[\n\t]| {5}/.test(value)) {
      throw new Refused(
        132018,
        'Parameter format does not match',
        'Param text cannot have new-line/tab characters or more than 4 consecutive spaces',
      );
    }
  }
}

function refuse(details: string): never {
  throw new Refused(100, 'Invalid parameter', details);
}

function record(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(`${name} must be an object`);
  return value as Fields;
}

function list(value: unknown, name: string, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > most)
    refuse(`${name} must have 1 to ${most} entries`);
  return value as readonly unknown[];
}

function string(value: unknown, name: string, most: number): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > most) {
    refuse(`${name} must be a text of 1 to ${most} characters`);
  }
  return value as string;
}

function isWebAddress(value: unknown): boolean {
  return typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value);
}

/** These may be missing; what is there is a text. */
function texts(fields: Fields, names: readonly string[], name: string): void {
  const wrong = names.find((key) => fields[key] !== undefined && typeof fields[key] !== 'string');
  if (wrong !== undefined) refuse(`${name}.${wrong} must be a text`);
}

function only(fields: Fields, known: readonly string[], name: string): void {
  const unknown = Object.keys(fields).find((key) => !known.includes(key));
  if (unknown !== undefined) refuse(`Unexpected key "${unknown}" on ${name}`);
}
