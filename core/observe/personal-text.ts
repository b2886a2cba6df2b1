/** Kinds of what names a person and can be told by its form. */
export type PersonalKind = 'phone' | 'email';
export const personalKinds: readonly PersonalKind[] = ['phone', 'email'];

/** With a country code: digits alone may as well be an id, a time or a price. */
const phone = /(?<![\w+.-])\+[1-9](?:[ ()./-]{0,2}\d){6,14}(?!\d)/g;
const email = /[\w.!#$%&'*+=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}(?![\w-])/gi;

/** Such addresses as `[phone]` and `[email]`, wherever they stand in a text. */
export function withoutPersonal(text: string, kinds: readonly PersonalKind[]): string {
  let kept = text;
  // Most lines have neither sign, and a search for one costs next to nothing.
  if (kinds.includes('email') && kept.includes('@')) kept = kept.replace(email, '[email]');
  if (kinds.includes('phone') && kept.includes('+')) kept = kept.replace(phone, '[phone]');
  return kept;
}
