import type { AddressForm } from 'polyphon/plugin';

/** Meta knows people by their number without a sign in front. */
export const addressForm: AddressForm = {
  same: (address, id) => isNumber(address) && isNumber(id) && withoutMobileDigit(address) === withoutMobileDigit(id),
  read: (written) => /^(?:\+|00)([1-9]\d{6,14})$/.exec(written)?.[1],
  words: 'a telephone number with the country code, as in +49301234567',
};

/**
 * Where numbers of mobile telephones have got one more digit, people dial it and WhatsApp may know them without, or the other way round:
 * Brazil, Mexico and Argentina (https://faq.whatsapp.com/1294841057948784).
 */
const withMobileDigit = [/^(55\d{2})9(\d{8})$/, /^(52)1(\d{10})$/, /^(54)9(\d{10})$/];

function withoutMobileDigit(number: string): string {
  for (const shape of withMobileDigit) {
    const [, country, rest] = shape.exec(number) ?? [];
    if (country !== undefined && rest !== undefined) return country + rest;
  }
  return number;
}

function isNumber(id: string): boolean {
  return /^\d{5,20}$/.test(id);
}
