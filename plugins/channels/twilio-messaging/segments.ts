/** What a text costs: SMS are charged by the segment. */
export interface Segments {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Septets of GSM-7, UTF-16 units of UCS-2. */
  readonly units: number;
  readonly segments: number;
}

/** 3GPP TS 23.038, table 6.2.1. */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Table 6.2.1.1: two septets, an escape and a character, which never stand in different segments. */
const extended = new Set('\f^{}\\[~]|€');

/** Of a message that is not the only one, six bytes of each segment say where it belongs. */
const limits = { 'GSM-7': { alone: 160, each: 153 }, 'UCS-2': { alone: 70, each: 67 } } as const;

export function segmentsOf(text: string): Segments {
  const characters = [...text];
  const isGsm = characters.every((character) => basic.has(character) || extended.has(character));
  const encoding = isGsm ? 'GSM-7' : 'UCS-2';
  const sizes = characters.map((character) => (isGsm ? (extended.has(character) ? 2 : 1) : character.length));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { alone, each } = limits[encoding];
  if (units <= alone) return { encoding, units, segments: 1 };
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > each) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return { encoding, units, segments };
}
