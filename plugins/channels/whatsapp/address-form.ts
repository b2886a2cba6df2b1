import type { AddressForm } from 'polyphon/plugin';

/** Meta knows people by their number without a sign in front. */
export const addressForm: AddressForm = {
  alike: (id) => withMobileDigit.flatMap(([shape, digit]) => otherForm(id, shape, digit)),
  read: (written) => /^(?:\+|00)([1-9]\d{6,14})$/.exec(written)?.[1],
  words: 'a telephone number with the country code, as in +49301234567',
};

/**
 * Where numbers of mobile telephones have got one more digit, people dial it and WhatsApp may know them without, or the other way round:
 * Brazil, Mexico and Argentina (https://faq.whatsapp.com/1294841057948784).
 */
const withMobileDigit: readonly (readonly [shape: RegExp, digit: string])[] = [
  [/^(55\d{2})(9?)(\d{8})$/, '9'],
  [/^(52)(1?)(\d{10})$/, '1'],
  [/^(54)(9?)(\d{10})$/, '9'],
];

function otherForm(id: string, shape: RegExp, digit: string): readonly string[] {
  const [, country, told, rest] = shape.exec(id) ?? [];
  if (country === undefined || rest === undefined) return [];
  return [`${country}${told === digit ? '' : digit}${rest}`];
}
