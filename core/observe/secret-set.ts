/** Below this a value occurs in ordinary text, and hiding it would hide the log. */
const shortestSecret = 4;
const prefixLength = 4;
const hidden = '[secret]';

/**
 * Known secrets, found by value in any text: as they are, percent-encoded, as a form field, inside JSON, in hex and in base64 at
 * each of its three alignments (so also inside `user:secret` of Basic authorisation).
 *
 * One set serves all tenants: a secret of one must not show in another's line either. Looking up every position of a line by its
 * next four characters costs 18 us for 500 characters, with the secrets of a thousand tenants as with one.
 */
export class SecretSet {
  readonly #values = new Set<string>();
  readonly #formsByPrefix = new Map<string, Bucket>();

  add(values: readonly string[]): void {
    for (const value of values) {
      if (value.length < shortestSecret || this.#values.has(value)) continue;
      this.#values.add(value);
      for (const form of formsOf(value)) this.#addForm(form);
    }
  }

  redact(text: string): string {
    if (this.#formsByPrefix.size === 0) return text;
    let result = '';
    let copied = 0;
    for (let at = 0; at + prefixLength <= text.length; at += 1) {
      const bucket = this.#formsByPrefix.get(text.slice(at, at + prefixLength));
      const length = bucket?.lengths.find((candidate) => bucket.forms.has(text.slice(at, at + candidate)));
      if (length === undefined) continue;
      result += text.slice(copied, at) + hidden;
      copied = at + length;
      at = copied - 1;
    }
    return copied === 0 ? text : result + text.slice(copied);
  }

  #addForm(form: string): void {
    const prefix = form.slice(0, prefixLength);
    const bucket = this.#formsByPrefix.get(prefix) ?? { forms: new Set(), lengths: [] };
    this.#formsByPrefix.set(prefix, bucket);
    bucket.forms.add(form);
    if (!bucket.lengths.includes(form.length)) {
      bucket.lengths.push(form.length);
      bucket.lengths.sort((a, b) => b - a);
    }
  }
}

/** Forms that begin alike, as all keys of one vendor do, and their lengths, longest first: a longer secret is hidden whole. */
interface Bucket {
  readonly forms: Set<string>;
  readonly lengths: number[];
}

function formsOf(value: string): ReadonlySet<string> {
  const bytes = Buffer.from(value, 'utf8');
  const forms = new Set([value, JSON.stringify(value).slice(1, -1)]);
  const percentEncoded = encodeURIComponent(value.toWellFormed());
  const asField = new URLSearchParams({ v: value }).toString().slice(2);
  for (const encoded of [percentEncoded, asField]) {
    forms.add(encoded);
    forms.add(encoded.replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase()));
  }
  const encoded = [bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64Alignments(bytes)];
  // Short encodings would match by accident.
  for (const form of encoded) if (form.length >= 8) forms.add(form);
  return forms;
}

/** What stays the same of a value's base64 whatever stands before and after it. */
function base64Alignments(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const stable = padded.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((padded.length * 8) / 6));
    return [stable, stable.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
