type Schema = Readonly<Record<string, unknown>>;

/** Forms that many schemas ask for, by how their patterns begin. */
const wellKnown: readonly (readonly [beginning: string, example: string])[] = [
  ['^https?://', 'https://shop.example'],
  ['^[a-z]{2,3}(-', 'de or en-GB'],
];

/**
 * How a text of this schema is written, as a sentence's end. What a field is for does not help somebody who wrote it in the wrong
 * form: an example does, and the pattern itself where there is none.
 */
export function formHint(schema: Schema): string {
  const { description, examples, pattern, default: fallback } = schema;
  const example = Array.isArray(examples) ? examples[0] : undefined;
  const described = typeof description === 'string' ? description : '';
  const asIn = /\bas in (\S(?:[^;,]*[^;,.\s])?)/.exec(described)?.[1];
  const form = typeof pattern === 'string' ? pattern : '';
  if (isOrigin(form)) return 'write it as in https://shop.example, with nothing behind it, not even a slash';
  const known = wellKnown.find(([beginning]) => form.startsWith(beginning))?.[1];
  const shown =
    typeof example === 'string' ? example : (asIn ?? known ?? (typeof fallback === 'string' ? fallback : ''));
  if (shown !== '') return `write it as in ${shown}`;
  const purpose = described === '' ? '' : ` (${described.replace(/\.$/, '')})`;
  return form === '' ? `correct it${purpose}` : `write it in the form ${form}${purpose}`;
}

/** Of an address that ends with its host. */
function isOrigin(pattern: string): boolean {
  return pattern.startsWith('^https?://[^/') && pattern.endsWith(']+$');
}
