import type { AddressForm } from 'polyphon/plugin';

/** Meta knows people by their number without a sign in front. */
export const addressForm: AddressForm = {
  read: (written) => /^(?:\+|00)([1-9]\d{6,14})$/.exec(written)?.[1],
  words: 'a telephone number with the country code, as in +49301234567',
};
