import type { Unit } from './vocabulary.ts';

const number = String.raw`\d{1,12}(?:\.\d{1,6})?`;

/** How a quantity is written, for checking, for messages and for the published schemas. */
export const unitForms: Readonly<Record<Unit, { readonly example: string; readonly pattern: string }>> = {
  duration: { example: '30s', pattern: `^(${number})(ms|s|min|m|h|d|w)$` },
  rate: { example: '20/min', pattern: '^(\\d{1,9})/(s|sec|second|m|min|minute|h|hour|d|day)$' },
  size: { example: '8MB', pattern: `^(${number})\\s?(B|kB|KB|MB|GB|KiB|MiB|GiB)$` },
  money: { example: '15 EUR', pattern: `^(${number})\\s?([A-Z]{3})$` },
};
