/** Why the fake refuses a request, in Meta's words and codes. */
export interface FakeWhatsappRefusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly details: string;
  /** `error_subcode`. */
  readonly subcode?: number;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Thrown where Meta refuses. */
export class Refused extends Error {
  readonly refusal: FakeWhatsappRefusal;
  constructor(code: number, message: string, details: string) {
    super(details);
    this.refusal = { status: code === 132001 ? 404 : 400, code, message: `(#${code}) ${message}`, details };
  }
}

export function refuse(details: string): never {
  throw new Refused(100, 'Invalid parameter', details);
}

export function record(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(`${name} must be an object`);
  return value as Fields;
}

export function list(value: unknown, name: string, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > most)
    refuse(`${name} must have 1 to ${most} entries`);
  return value as readonly unknown[];
}

export function string(value: unknown, name: string, most: number): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > most) {
    refuse(`${name} must be a text of 1 to ${most} characters`);
  }
  return value as string;
}

export function isWebAddress(value: unknown): boolean {
  return typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value);
}

/** These may be missing; what is there is a text. */
export function texts(fields: Fields, names: readonly string[], name: string): void {
  const wrong = names.find((key) => fields[key] !== undefined && typeof fields[key] !== 'string');
  if (wrong !== undefined) refuse(`${name}.${wrong} must be a text`);
}

export function only(fields: Fields, known: readonly string[], name: string): void {
  const unknown = Object.keys(fields).find((key) => !known.includes(key));
  if (unknown !== undefined) refuse(`Unexpected key "${unknown}" on ${name}`);
}

export function personOf(body: Fields): string {
  return String(body['recipient'] ?? body['to']).replace(/^\+/, '');
}

export function wordsOf(type: string, content: Fields): string {
  const words = {
    text: content['body'],
    interactive: (content['body'] as Fields | undefined)?.['text'],
    template: content['name'],
  }[type];
  return String(words ?? content['caption'] ?? '');
}
