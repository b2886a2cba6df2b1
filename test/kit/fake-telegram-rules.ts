import { rangeFault } from './fake-telegram-ranges.ts';
import spec from './fake-telegram-spec.json' with { type: 'json' };

/** What the real service would answer: its status and its words. */
export interface TelegramRefusal {
  readonly status: number;
  readonly description: string;
  readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number };
}

interface FieldRule {
  readonly types: readonly string[];
  readonly required: boolean;
}
interface TypeRule {
  readonly fields?: Readonly<Record<string, FieldRule>>;
  readonly subtypes?: readonly string[];
}
type Fields = Readonly<Record<string, unknown>>;

const methods = spec.methods as Readonly<Record<string, Readonly<Record<string, FieldRule>>>>;
const types = spec.types as Readonly<Record<string, TypeRule>>;
const maxTextLength = 4096;
const maxCaptionLength = 1024;
const maxCallbackBytes = 64;
const maxButtons = 100;
const entityTypes = new Set(
  'mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler blockquote expandable_blockquote code pre text_link text_mention custom_emoji date_time'.split(
    ' ',
  ),
);
const chatActions = new Set(
  'typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location record_video_note upload_video_note'.split(
    ' ',
  ),
);

export function knowsMethod(method: string): boolean {
  return method in methods;
}

/** Why the Bot API would not take these parameters. Types come from its specification, the rest from what its server checks. */
export function refusalOf(method: string, payload: Fields): TelegramRefusal | undefined {
  const fields = methods[method];
  if (fields === undefined) return { status: 404, description: 'Not Found: method not found' };
  const said =
    typeFault(payload, fields, method) ?? textFault(payload) ?? keyboardFault(payload) ?? methodFault(method, payload);
  return said === undefined ? undefined : { status: 400, description: `Bad Request: ${said}` };
}

/** @param owner The method or type that these are the fields of. */
function typeFault(payload: Fields, fields: Readonly<Record<string, FieldRule>>, owner: string): string | undefined {
  for (const [name, { required }] of Object.entries(fields)) {
    if (required && (payload[name] === undefined || payload[name] === null)) return `parameter "${name}" is required`;
  }
  for (const [name, value] of Object.entries(payload)) {
    const rule = fields[name];
    // The real server overlooks what it does not know; here it is a mistake of the caller.
    if (rule === undefined) return `unknown parameter "${name}"`;
    if (value === undefined) continue;
    if (!rule.types.some((type) => fits(value, type)))
      return `can't parse parameter "${name}" as ${rule.types.join(' or ')}`;
    const outside = rangeFault(owner, name, value);
    if (outside !== undefined) return outside;
  }
  return undefined;
}

function fits(value: unknown, type: string): boolean {
  if (type.startsWith('Array of ')) return Array.isArray(value) && value.every((entry) => fits(entry, type.slice(9)));
  switch (type) {
    case 'String':
      return typeof value === 'string' && value.isWellFormed();
    case 'Integer':
      return Number.isSafeInteger(value);
    case 'Float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'Boolean':
    case 'True':
      return typeof value === 'boolean';
    case 'InputFile':
      return false;
    default:
  }
  const rule = types[type];
  if (rule === undefined || typeof value !== 'object' || value === null) return false;
  if (rule.subtypes !== undefined) return rule.subtypes.some((subtype) => fits(value, subtype));
  return typeFault(value as Fields, rule.fields ?? {}, type) === undefined;
}

function textFault(payload: Fields): string | undefined {
  const { text, caption, entities, caption_entities: captionEntities } = payload;
  if (typeof text === 'string') {
    if (!/[^\s\u180e\u200b-\u200f\u2800\ufffc]/.test(text)) return 'message text is empty';
    if (text.length > maxTextLength) return 'message is too long';
  }
  if (typeof caption === 'string' && caption.length > maxCaptionLength) return 'message caption is too long';
  return entityFault(text, entities) ?? entityFault(caption, captionEntities);
}

interface Span {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly url: unknown;
}

/** Entities lie inside the text, start and end between characters, do not cross, and nothing is in code or in its own kind. */
function entityFault(text: unknown, entities: unknown): string | undefined {
  if (!Array.isArray(entities) || entities.length === 0) return undefined;
  if (typeof text !== 'string') return 'entities without a text';
  if (entities.length > 100) return 'too many entities';
  const spans = (entities as Fields[]).map((entity) => ({
    type: String(entity['type']),
    start: Number(entity['offset']),
    end: Number(entity['offset']) + Number(entity['length']),
    url: entity['url'],
  }));
  for (const [index, span] of spans.entries()) {
    const fault = spanFault(text, span);
    if (fault !== undefined) return fault;
    for (const other of spans.slice(index + 1)) {
      const clash = pairFault(span, other);
      if (clash !== undefined) return clash;
    }
  }
  return undefined;
}

function spanFault(text: string, { type, start, end, url }: Span): string | undefined {
  if (!entityTypes.has(type)) return `unknown entity type "${type}"`;
  if (start < 0 || end <= start) return 'entity is empty';
  if (end > text.length) {
    return `entity beginning at UTF-16 offset ${start} ends after the end of the text at UTF-16 offset ${end}`;
  }
  if (isInsidePair(text, start) || isInsidePair(text, end)) {
    return `entity beginning at UTF-16 offset ${start} starts or ends in a middle of a UTF-16 symbol`;
  }
  if (text.slice(start, end).trim() === '') return 'entity covers white space only';
  return type === 'text_link' && !isWebAddress(url) ? 'entity has a wrong URL' : undefined;
}

function pairFault(one: Span, other: Span): string | undefined {
  if (one.start >= other.end || other.start >= one.end) return undefined;
  if (!holds(one, other) && !holds(other, one)) return 'entities cross each other';
  if (one.type === other.type) return `entity "${one.type}" in itself`;
  const pair = [one.type, other.type];
  const hasCode = pair.includes('code') || pair.includes('pre');
  return hasCode && !pair.includes('blockquote') ? 'entities in code' : undefined;
}

function holds(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function isInsidePair(text: string, index: number): boolean {
  const before = text.charCodeAt(index - 1);
  const after = text.charCodeAt(index);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}

function isWebAddress(url: unknown): boolean {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'tg:' || ((protocol === 'http:' || protocol === 'https:') && hostname.includes('.'));
}

function keyboardFault(payload: Fields): string | undefined {
  const markup = payload['reply_markup'] as Fields | undefined;
  if (!Array.isArray(markup?.['inline_keyboard'])) return undefined;
  const buttons = (markup['inline_keyboard'] as Fields[][]).flat();
  if (buttons.length > maxButtons) return 'reply markup is too long';
  for (const button of buttons) {
    const { text, url, callback_data: data, ...rest } = button;
    if (typeof text !== 'string' || text.trim() === '') return 'text buttons are unallowed in the inline keyboard';
    const kinds = [url, data, ...Object.values(rest)].filter((value) => value !== undefined);
    if (kinds.length !== 1) return 'exactly one of the optional fields of a button must be used';
    if (url !== undefined && !isWebAddress(url)) return 'BUTTON_URL_INVALID';
    if (typeof data === 'string' && (data === '' || Buffer.byteLength(data) > maxCallbackBytes))
      return 'BUTTON_DATA_INVALID';
  }
  return undefined;
}

/** The ports Telegram calls, and the addresses it does not. */
function webhookFault({ port, hostname }: URL): string | undefined {
  if (!['', '80', '88', '8443'].includes(port)) return 'Webhook can be set up only on ports 80, 88, 443 or 8443';
  if (/^(10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(hostname)) return `IP address ${hostname} is reserved`;
  return /^[\d.]+$/.test(hostname) || hostname.includes('.')
    ? undefined
    : 'Failed to resolve host: Name or service not known';
}

function setWebhookFault(payload: Fields): string | undefined {
  const url = String(payload['url']);
  const secret = payload['secret_token'];
  if (url !== '' && !/^https:\/\/|^http:\/\/127\.0\.0\.1/.test(url))
    return 'bad webhook: An HTTPS URL must be provided for webhook';
  if (url !== '' && !URL.canParse(url)) return 'bad webhook: URL host is empty';
  const fault = url.startsWith('https:') ? webhookFault(new URL(url)) : undefined;
  if (fault !== undefined) return `bad webhook: ${fault}`;
  if (secret !== undefined && !/^[\w-]{1,256}$/.test(String(secret)))
    return 'secret token contains unallowed characters';
  const connections = payload['max_connections'];
  return connections === undefined || (Number(connections) >= 1 && Number(connections) <= 100)
    ? undefined
    : 'max_connections is out of range';
}

function methodFault(method: string, payload: Fields): string | undefined {
  switch (method) {
    case 'sendChatAction':
      return chatActions.has(String(payload['action'])) ? undefined : 'wrong parameter action in request';
    case 'sendPhoto':
    case 'sendVideo':
    case 'sendAudio':
    case 'sendVoice':
    case 'sendDocument':
    case 'sendSticker': {
      const file = payload[method.slice(4).toLowerCase()];
      return isWebAddress(file) || /^[\w-]{10,}$/.test(String(file))
        ? undefined
        : 'wrong file identifier/HTTP URL specified';
    }
    case 'setWebhook':
      return setWebhookFault(payload);
    case 'editMessageText':
      return payload['inline_message_id'] === undefined &&
        (payload['chat_id'] === undefined || payload['message_id'] === undefined)
        ? 'message identifier is not specified'
        : undefined;
    default:
      return undefined;
  }
}
