import spec from './fake-twilio-spec.json' with { type: 'json' };

/** An error as Twilio answers it. */
export interface TwilioRefusalAnswer {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

/** The fields of a form; a name that stands twice has a list. */
export type FakeTwilioForm = Readonly<Record<string, string | readonly string[]>>;

/** What the account of the fake owns and knows. */
export interface FakeTwilioRegister {
  /** Numbers that may send; any unless told. */
  readonly senders: ReadonlySet<string> | undefined;
  readonly services: ReadonlySet<string>;
  /** Templates that may be sent; any unless told. */
  readonly contents?: ReadonlySet<string> | undefined;
  readonly optedOut: ReadonlySet<string>;
  /** WhatsApp addresses whose 24 hours are over. */
  readonly windowClosed: ReadonlySet<string>;
}

interface Property {
  readonly type?: string;
  readonly pattern?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
}
interface Form {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, Property>>;
}

const maxBody = 1_600;
const maxMedia = 10;
const dateTimeShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
const addressShape = /^(?:whatsapp:|rcs:)?\+[1-9]\d{6,14}$/;

/** The operations that the fake knows, with Twilio's own description of their forms. */
export const fakeTwilioForms: Readonly<Record<'createMessage' | 'updateNumber' | 'updateService', Form>> = spec;

/** A form that does not fit Twilio's own description of the operation: of a type, a pattern, or a name it does not know. */
export function misfitOf(form: Form, fields: FakeTwilioForm): TwilioRefusalAnswer | undefined {
  for (const [name, value] of Object.entries(fields)) {
    const property = form.properties[name];
    if (property === undefined) return invalid(`${name} is not a parameter of this operation`);
    const values = [value].flat() as readonly string[];
    if (values.length > 1 && property.type !== 'array') return invalid(`${name} stands ${values.length} times`);
    // An address is removed by one that is empty; nothing else is.
    const mayBeEmpty = isText(property) || (property.format === 'uri' && form !== fakeTwilioForms.createMessage);
    if (!values.every((entry) => (entry === '' ? mayBeEmpty : fits(property, entry))))
      return invalid(`${name} is not what the specification says`);
  }
  return undefined;
}

function fits({ type, pattern, format, enum: allowed }: Property, value: string): boolean {
  if (pattern !== undefined && !new RegExp(pattern).test(value)) return false;
  if (allowed !== undefined && !allowed.includes(value)) return false;
  if (type === 'boolean') return value === 'true' || value === 'false';
  if (type === 'integer') return /^-?\d+$/.test(value);
  if (type === 'number') return value.trim() !== '' && Number.isFinite(Number(value));
  if (format === 'date-time') return dateTimeShape.test(value) && !Number.isNaN(Date.parse(value));
  return format !== 'uri' || URL.canParse(value);
}

/** Any text, an empty one, too. */
function isText({ type, pattern, format, enum: allowed }: Property): boolean {
  const isFree = pattern === undefined && allowed === undefined && format !== 'uri' && format !== 'date-time';
  return isFree && (type === undefined || type === 'string' || type === 'array');
}

/** Why Twilio would not create this message; undefined when it would. */
export function messageRefusal(fields: FakeTwilioForm, register: FakeTwilioRegister): TwilioRefusalAnswer | undefined {
  const [to, from, service, body, contentSid] = ['To', 'From', 'MessagingServiceSid', 'Body', 'ContentSid'].map(
    (name) => firstOf(fields, name),
  );
  const media = [fields['MediaUrl'] ?? []].flat() as readonly string[];
  if (to === undefined) return refused(21604, "A 'To' phone number is required.");
  if (from === undefined && service === undefined)
    return refused(21603, "A 'From' phone number or MessagingServiceSid is required.");
  if (!addressShape.test(to)) return refused(21211, `The 'To' number ${to} is not a valid phone number.`);
  const misfit = misfitOf(fakeTwilioForms.createMessage, fields);
  if (misfit !== undefined) return misfit;
  if (from !== undefined && register.senders?.has(from) === false)
    return refused(21606, `The 'From' phone number ${from} is not a valid, message-capable Twilio phone number.`);
  if (service !== undefined && !register.services.has(service))
    return refused(21701, 'The Messaging Service does not exist.');
  if (from === to) return refused(21266, "'To' and 'From' number cannot be the same");
  if (from !== undefined && isWhatsapp(from) !== isWhatsapp(to))
    return refused(21910, "'From' and 'To' should be of the same channel.");
  if (body === undefined && media.length === 0 && contentSid === undefined)
    return refused(21619, 'A text message body or media urls must be specified.');
  if ((body?.length ?? 0) > maxBody)
    return refused(21617, 'The concatenated message body exceeds the 1600 character limit.');
  if (media.length > (isWhatsapp(to) ? 1 : maxMedia)) return refused(21623, 'Number of media files exceeds the limit.');
  if (media.some((url) => !/^https?:\/\/[^/]/.test(url))) return refused(21620, 'Invalid media URL(s).');
  const unsound = referenceRefusal(fields, register);
  if (unsound !== undefined) return unsound;
  if (register.optedOut.has(to)) return refused(21610, 'Attempt to send to unsubscribed recipient.');
  if (register.windowClosed.has(to) && contentSid === undefined)
    return refused(63016, 'Failed to send freeform message because you are outside the allowed window.');
  return undefined;
}

/** Of what a message only names: an address, a template and what goes into it. */
function referenceRefusal(fields: FakeTwilioForm, { contents }: FakeTwilioRegister): TwilioRefusalAnswer | undefined {
  const contentSid = firstOf(fields, 'ContentSid');
  if (contentSid !== undefined && contents?.has(contentSid) === false)
    return refused(21655, 'The ContentSid is invalid.');
  const callback = firstOf(fields, 'StatusCallback');
  if (callback !== undefined && !isReachable(callback))
    return refused(21609, "The 'StatusCallback' URL is not a valid URL.");
  if (!areVariables(firstOf(fields, 'ContentVariables')))
    return refused(21656, 'The ContentVariables parameter is invalid.');
  return undefined;
}

/** Twilio calls over the internet: not this machine. */
function isReachable(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return /^https?:$/.test(protocol) && hostname.includes('.') && !hostname.startsWith('127.');
}

function areVariables(text: string | undefined): boolean {
  if (text === undefined) return true;
  try {
    const variables: unknown = JSON.parse(text);
    if (typeof variables !== 'object' || variables === null || Array.isArray(variables)) return false;
    return Object.values(variables).every(
      (value) => typeof value === 'string' && value !== '' && !/[\n\r\t]| {5}/.test(value),
    );
  } catch {
    return false;
  }
}

export function firstOf(fields: FakeTwilioForm, name: string): string | undefined {
  const value = fields[name];
  const first = typeof value === 'string' ? value : value?.[0];
  return first === '' ? undefined : first;
}

function isWhatsapp(address: string): boolean {
  return address.startsWith('whatsapp:');
}

function refused(code: number, message: string): TwilioRefusalAnswer {
  return { status: 400, code, message };
}

function invalid(message: string): TwilioRefusalAnswer {
  return { status: 400, code: 20001, message };
}
