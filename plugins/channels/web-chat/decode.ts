import type { Attachment, InboundMessage, NewSession } from 'polyphon/plugin';
import { refuse } from './wire-error.ts';

export interface DecodeLimits {
  /** In UTF-16 units. */
  readonly maxChars: number;
  /** Undefined where the bot takes no attachments. */
  readonly maxAttachmentBytes: number | undefined;
}

const decoder = new TextDecoder('utf-8', { fatal: true });
const idShape = /^[\x21-\x7e]{1,128}$/;
const localeShape = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;
const mediaTypeShape = /^[a-z]+\/[a-z0-9.+-]{1,80}$/;
const metadataBytes = 4096;
const maxAttachments = 5;
const attachmentKinds: ReadonlySet<string> = new Set(['image', 'audio', 'video', 'document']);

type Fields = Readonly<Record<string, unknown>>;

/** @throws PolyphonError WEB3002 for anything but a JSON object in UTF-8. An empty body is an empty object. */
export function decodeObject(body: Uint8Array | string): Fields {
  let value: unknown;
  try {
    const text = typeof body === 'string' ? body : decoder.decode(body);
    value = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    throw malformed('the body is not JSON in UTF-8', 'Send a JSON object with content-type application/json');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('the body is not a JSON object', 'Send an object, as in { "id": "1", "text": "Hello" }');
  }
  return value as Fields;
}

/** @throws PolyphonError WEB3002. */
export function decodeNewSession(fields: Fields): NewSession {
  only(fields, ['contact', 'locale', 'metadata']);
  const contact = optionalObject(fields, 'contact');
  if (contact !== undefined) only(contact, ['id', 'name', 'email', 'phone']);
  const locale = optionalText(fields, 'locale', 35);
  if (locale !== undefined && !localeShape.test(locale)) {
    throw malformed('`locale` is not a language tag', 'Send a BCP 47 tag, as in de or pt-BR, or leave it out');
  }
  const metadata = optionalObject(fields, 'metadata');
  if (metadata !== undefined) wellFormed(metadata, 'metadata', metadataBytes);
  const claims: Record<string, string> = {};
  for (const name of ['id', 'name', 'email', 'phone']) {
    const value = contact === undefined ? undefined : optionalText(contact, name, 200);
    if (value !== undefined) claims[name] = value;
  }
  return {
    ...(contact === undefined ? {} : { contact: claims }),
    ...(locale === undefined ? {} : { locale }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** @throws PolyphonError WEB3002. */
export function decodeSwitch(fields: Fields): { readonly channel: string; readonly address: string } {
  only(fields, ['channel', 'address']);
  const channel = optionalText(fields, 'channel', 63);
  const address = optionalText(fields, 'address', 200)?.trim();
  if (channel === undefined || address === undefined || channel === '' || address === '') {
    throw malformed(
      '`channel` or `address` is missing',
      'Send both, as in { "channel": "sms", "address": "+49301234567" }',
    );
  }
  return { channel, address };
}

/** @throws PolyphonError WEB3002, WEB3003 for a text over the limit. */
export function decodeMessage(fields: Fields, session: string, limits: DecodeLimits): InboundMessage {
  only(fields, ['id', 'text', 'attachments', 'action']);
  const id = fields['id'];
  if (typeof id !== 'string' || !idShape.test(id)) {
    throw malformed(
      '`id` is missing or not 1 to 128 visible ASCII characters',
      'Send an id of your own that stays the same when you send the message again, as in a UUID',
    );
  }
  const text = decodeText(fields, limits.maxChars);
  const action = decodeAction(fields);
  const attachments = decodeAttachments(fields, limits.maxAttachmentBytes);
  if (text === undefined && action === undefined && attachments.length === 0) {
    throw malformed('the message is empty', 'Send `text`, `attachments` or `action`');
  }
  return {
    id,
    conversation: session,
    contact: { id: session },
    ...(text === undefined ? {} : { text }),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(action === undefined ? {} : { action }),
  };
}

function decodeText(fields: Fields, maxChars: number): string | undefined {
  const text = fields['text'];
  if (text === undefined || text === null) return undefined;
  if (typeof text !== 'string') throw malformed('`text` is not a string', 'Send text as a JSON string');
  if (text.length > maxChars) {
    throw refuse(
      'WEB3003',
      `Web chat: the text has ${text.length} characters, and ${maxChars} are allowed. Shorten it or send it in parts.`,
    );
  }
  if (!clean(text)) {
    throw malformed(
      '`text` holds half a surrogate pair or a NUL',
      'Send well-formed Unicode; cut texts between characters',
    );
  }
  return text.trim() === '' ? undefined : text;
}

function decodeAction(fields: Fields): { id: string; label?: string } | undefined {
  const action = optionalObject(fields, 'action');
  if (action === undefined) return undefined;
  only(action, ['id', 'label']);
  const id = optionalText(action, 'id', 200);
  if (id === undefined || id === '')
    throw malformed('`action.id` is missing', 'Send the id of the action that was pressed');
  const label = optionalText(action, 'label', 200);
  return { id, ...(label === undefined ? {} : { label }) };
}

function decodeAttachments(fields: Fields, maxBytes: number | undefined): readonly Attachment[] {
  const list = fields['attachments'];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list) || list.length > maxAttachments) {
    throw malformed(
      `\`attachments\` is not a list of at most ${maxAttachments}`,
      'Send fewer, or send several messages',
    );
  }
  if (list.length > 0 && maxBytes === undefined) {
    throw malformed('this chat takes no attachments', 'Allow them with `channels.<key>.with.attachments` in bot.yaml');
  }
  return list.map((entry: unknown, index) => {
    const at = `attachments[${index}]`;
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
      throw malformed(`\`${at}\` is not an object`, 'Send { kind, mediaType, url, name?, bytes? }');
    const fields = entry as Fields;
    only(fields, ['kind', 'mediaType', 'name', 'bytes', 'url']);
    const kind = optionalText(fields, 'kind', 20) ?? '';
    if (!attachmentKinds.has(kind))
      throw malformed(`\`${at}.kind\` is none of ${[...attachmentKinds].join(', ')}`, 'Send one of these');
    const mediaType = optionalText(fields, 'mediaType', 120) ?? '';
    if (!mediaTypeShape.test(mediaType))
      throw malformed(`\`${at}.mediaType\` is not a media type`, 'Send one, as in image/png');
    const url = optionalText(fields, 'url', 2000) ?? '';
    if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
      throw malformed(`\`${at}.url\` is not an https address`, 'Send where the file can be fetched');
    const bytes = fields['bytes'];
    if (bytes !== undefined && (!Number.isSafeInteger(bytes) || Number(bytes) < 0 || Number(bytes) > (maxBytes ?? 0))) {
      throw malformed(`\`${at}.bytes\` is not a size up to ${maxBytes} bytes`, 'Send a smaller file');
    }
    const name = optionalText(fields, 'name', 200);
    return {
      id: String(index + 1),
      kind: kind as Attachment['kind'],
      mediaType,
      url,
      ...(name === undefined ? {} : { name }),
      ...(bytes === undefined ? {} : { bytes: Number(bytes) }),
    };
  });
}

function only(fields: Fields, known: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) throw malformed('it has a field this address does not know', `Known: ${known.join(', ')}`);
}

function optionalObject(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value))
    throw malformed(`\`${name}\` is not an object`, 'Send an object or leave it out');
  return value as Fields;
}

function optionalText(fields: Fields, name: string, maxLength: number): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value.length > maxLength || !clean(value)) {
    throw malformed(`\`${name}\` is not a text of at most ${maxLength} characters`, 'Correct it or leave it out');
  }
  return value;
}

function wellFormed(value: Fields, name: string, maxBytes: number): void {
  const text = JSON.stringify(value);
  // JSON.stringify escapes half a surrogate pair, so that the text itself is always well-formed: look for the escape.
  if (Buffer.byteLength(text) > maxBytes || /\\ud[89a-f]|\\u0000/i.test(text)) {
    throw malformed(`\`${name}\` is larger than ${maxBytes} bytes or not well-formed`, 'Send less');
  }
}

function clean(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

function malformed(what: string, next: string): Error {
  return refuse('WEB3002', `Web chat: ${what}. ${next}.`);
}
