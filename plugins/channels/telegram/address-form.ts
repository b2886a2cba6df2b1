import type { AddressForm } from 'polyphon/plugin';

/**
 * A person, not a group: what is said there everybody reads. A name, which Telegram tells of who writes, or its own number for a person;
 * no telephone number, as it tells none and so none can be proved.
 */
export const addressForm: AddressForm = {
  read: (written) => {
    if (/^[1-9]\d{0,15}$/.test(written)) return written;
    return /^@?[a-z]\w{3,31}$/i.test(written) ? `@${written.replace(/^@/, '')}` : undefined;
  },
  words: 'the public name of a person on Telegram, as in @ada_love',
};
