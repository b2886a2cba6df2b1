import {
  type FakeWhatsappRefusal,
  type Fields,
  isWebAddress,
  list,
  only,
  Refused,
  record,
  refuse,
  string,
  texts,
} from './fake-whatsapp-rules.ts';
import { type FakeWhatsappTemplate, requireTemplate } from './fake-whatsapp-template.ts';

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
      requireTemplate(content, templates);
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
