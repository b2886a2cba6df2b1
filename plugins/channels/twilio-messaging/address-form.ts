import type { AddressForm } from 'polyphon/plugin';
import type { Network } from './outgoing.ts';

/** A number with its network in front, where that is not SMS. Without a network in front it is on that of the sender. */
export function addressFormOf(network: Network): AddressForm {
  return {
    read: (written) => {
      const [, named, digits] = /^(whatsapp:)?(?:\+|00)([1-9]\d{6,14})$/.exec(written) ?? [];
      if (digits === undefined) return undefined;
      return named === undefined && network === 'sms' ? `+${digits}` : `whatsapp:+${digits}`;
    },
    words: 'a telephone number with the country code, as in +49301234567',
  };
}
