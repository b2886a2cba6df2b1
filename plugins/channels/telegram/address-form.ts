import type { AddressForm } from 'polyphon/plugin';

/** A person, not a group: what is said there everybody reads. Only a number can be written to first; a name proves itself with a word. */
export const addressForm: AddressForm = {
  read: (written) => {
    if (/^[1-9]\d{0,15}$/.test(written) || /^(?:\+|00)[1-9]\d{6,14}$/.test(written)) return written;
    return /^@?[a-z]\w{3,31}$/i.test(written) ? `@${written.replace(/^@/, '')}` : undefined;
  },
  words: 'the name or the telephone number of a person, as in @ada or +49301234567',
};
