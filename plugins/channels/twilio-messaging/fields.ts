/** The fields of a webhook, as Twilio signed them: a name that stands twice has a list of values. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** Twilio's longest webhooks have about sixty. */
const maxFields = 500;
const maxLength = 32_768;

/**
 * The fields of a form, or of a JSON object of texts, which Twilio can be told to send.
 * Undefined for anything else.
 */
export function parseFields(body: Uint8Array, contentType: string | null): Fields | undefined {
  const text = new TextDecoder().decode(body);
  return contentType?.toLowerCase().startsWith('application/json') === true ? fromJson(text) : fromForm(text);
}

function fromForm(text: string): Fields | undefined {
  // Without a prototype, so that a field called __proto__ is a field.
  const fields: Record<string, string | string[]> = Object.create(null);
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    count += 1;
    if (count > maxFields) return undefined;
    const known = fields[name];
    if (known === undefined) fields[name] = value;
    else if (typeof known === 'string') fields[name] = [known, value];
    else known.push(value);
  }
  return fields;
}

function fromJson(text: string): Fields | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields: Record<string, string> = Object.create(null);
  for (const [name, entry] of Object.entries(value).slice(0, maxFields)) {
    if (typeof entry === 'string' || typeof entry === 'number') fields[name] = String(entry);
  }
  return fields;
}

/** The first value under this name; undefined when it is missing or empty. NUL, which no store keeps, is left out. */
export function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  const first = (typeof value === 'string' ? value : value?.[0])?.replaceAll('\0', '').slice(0, maxLength);
  return first === undefined || first === '' ? undefined : first.toWellFormed();
}
