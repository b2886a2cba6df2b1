import { describe, expect, it } from 'vitest';
import { segmentsOf } from '../../../../plugins/channels/twilio-messaging/segments.ts';

const gsm = 'GSM-7';
const ucs = 'UCS-2';

describe('segments of an SMS', () => {
  it.each([
    ['nothing', '', gsm, 0, 1],
    ['160 basic characters', 'a'.repeat(160), gsm, 160, 1],
    ['161 basic characters', 'a'.repeat(161), gsm, 161, 2],
    ['two full segments', 'a'.repeat(306), gsm, 306, 2],
    ['one more than two segments', 'a'.repeat(307), gsm, 307, 3],
    ['80 extended characters', '€'.repeat(80), gsm, 160, 1],
    ['81 extended characters', '€'.repeat(81), gsm, 162, 2],
    ['an escape that would be cut at 153', `${'a'.repeat(152)}€${'a'.repeat(152)}`, gsm, 306, 3],
    ['umlauts and Greek capitals', 'Grüße ÄÖÜ ΔΦΓ àéèìòù ñ', gsm, 22, 1],
    ['a line break', 'a\r\nb', gsm, 4, 1],
    ['a small cedilla, which GSM-7 lacks', 'ça va', ucs, 5, 1],
    ['typographic quotes', '“Hello”', ucs, 7, 1],
    ['70 Russian letters', 'я'.repeat(70), ucs, 70, 1],
    ['71 Russian letters', 'я'.repeat(71), ucs, 71, 2],
    ['134 Hebrew letters', 'ש'.repeat(134), ucs, 134, 2],
    ['135 Hebrew letters', 'ש'.repeat(135), ucs, 135, 3],
    ['35 emoji', '😀'.repeat(35), ucs, 70, 1],
    ['36 emoji', '😀'.repeat(36), ucs, 72, 2],
    ['emoji that would be cut at 67', '😀'.repeat(67), ucs, 134, 3],
    ['one euro sign among Cyrillic', 'я€', ucs, 2, 1],
    ['a tab, which GSM-7 lacks', 'a\tb', ucs, 3, 1],
  ] as const)('%s', (_, text, encoding, units, segments) => {
    expect(segmentsOf(text)).toEqual({ encoding, units, segments });
  });

  it('of 1,600 characters, the longest body, are eleven in GSM-7 and twenty-four in UCS-2', () => {
    expect(segmentsOf('a'.repeat(1600)).segments).toBe(11);
    expect(segmentsOf('я'.repeat(1600)).segments).toBe(24);
  });
});
