import { PolyphonError, type RouteCall } from 'polyphon/plugin';

/** A JSON object of which nothing is known. */
export type JsonFields = Readonly<Record<string, unknown>>;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** @throws PolyphonError TWI3406 for anything but a JSON object with these members. */
export function fieldsOf(call: RouteCall, known: readonly string[]): JsonFields {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(call.body));
  } catch {
    throw malformed('the body is not JSON in UTF-8', 'Send a JSON object');
  }
  return objectIn(value, { name: 'the body', known });
}

/** @throws PolyphonError TWI3406 for anything but an object with these members. */
export function objectIn(
  value: unknown,
  { name, known }: { readonly name: string; readonly known: readonly string[] },
): JsonFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(`${name} is not a JSON object`, `Send one with ${known.join(', ')}, as far as needed`);
  }
  if (Object.keys(value).some((member) => !known.includes(member))) {
    throw malformed(`${name} has a member this address does not know`, `Known: ${known.join(', ')}`);
  }
  return value as JsonFields;
}

export function textIn(fields: JsonFields, name: string, maxLength: number): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  const isText = typeof value === 'string' && value.isWellFormed() && !value.includes('\u0000');
  if (!isText || value.trim() === '' || value.length > maxLength) {
    throw malformed(`\`${name}\` is not a text of 1 to ${maxLength} characters`, 'Correct it or leave it out');
  }
  return value;
}

export function listIn(fields: JsonFields, name: string, most: number): readonly unknown[] {
  const value = fields[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed(`\`${name}\` is not a list`, 'Send one in brackets, also of one entry');
  if (value.length > most) throw malformed(`\`${name}\` has more than ${most} entries`, 'Send fewer');
  return value;
}

export function malformed(what: string, next: string): PolyphonError {
  return new PolyphonError('TWI3406', `Twilio: ${what}. ${next}.`);
}
