import { isNamedNumber, withoutNamedNumbers } from './phone-numbers.ts';

/** Kinds of what names a person and can be told by its form. */
export type PersonalKind = 'phone' | 'email';
export const personalKinds: readonly PersonalKind[] = ['phone', 'email'];

/** With a country code: digits alone may as well be an id, a time or a price, where nothing before them says what they are. */
const phone = /(?<![\w+.-])\+[1-9](?:[ ()./-]{0,2}\d){6,14}(?!\d)/g;
const email = /[\w.!#$%&'*+=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}(?![\w-])/gi;

/** Such addresses as `[phone]` and `[email]`, wherever they stand in a text. */
export function withoutPersonal(text: string, kinds: readonly PersonalKind[]): string {
  let kept = text;
  // Most lines have neither sign, and a search for one costs next to nothing.
  if (kinds.includes('email') && kept.includes('@')) kept = kept.replace(email, '[email]');
  if (!kinds.includes('phone')) return kept;
  if (kept.includes('+')) kept = kept.replace(phone, '[phone]');
  return withoutNamedNumbers(kept);
}

/** What is shown of a field whose name tells that the value names a person; undefined where it does not. */
export function personalField(name: string, value: unknown, kinds: readonly PersonalKind[]): string | undefined {
  return kinds.includes('phone') && isNamedNumber(name, value) ? '[phone]' : undefined;
}
