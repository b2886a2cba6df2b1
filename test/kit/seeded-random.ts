import type { Random } from '../../core/contract/index.ts';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The same chances for the same seed (mulberry32). Ids count up, so that they sort in the order of their making. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  let made = 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    id: (prefix) => {
      made += 1;
      let chance = '';
      for (let index = 0; index < 16; index += 1) chance += crockford[Math.floor(next() * 32)];
      return `${prefix}_${String(made).padStart(10, '0')}${chance}`;
    },
    token: (bytes) => Buffer.from(Array.from({ length: bytes }, () => Math.floor(next() * 256))).toString('base64url'),
  };
}
