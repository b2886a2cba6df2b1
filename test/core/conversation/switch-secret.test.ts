import { describe, expect, it } from 'vitest';
import {
  codeIn,
  isClaimed,
  newCode,
  newWord,
  plainAddress,
  wordIn,
} from '../../../core/conversation/switch/switch-secret.ts';
import { seededRandom } from '../../kit/index.ts';

describe('codes and words', () => {
  it('are found in what people type', () => {
    expect(['123456', ' 123 456 ', '123-456', '1234567', 'code 123456', '12345'].map(codeIn)).toEqual([
      '123456',
      '123456',
      '123456',
      undefined,
      '123456',
      undefined,
    ]);
    expect(
      [
        'Mein Code ist: 123 456.',
        'code123456',
        'The order is 4711, code 123456',
        '123456 or so',
        '123456 is it?',
        '123456 or something like that, I think',
        '12 34 56',
        '12-34-56',
        '1 234 567',
        '١٢٣٤٥٦',
        'رمزي ۱۲۳ ۴۵۶',
        '１２３４５６',
        'A call to +49 123456',
        'Where is order 123456?',
        '¿123456?',
      ].map(codeIn),
    ).toEqual([
      ...['123456', undefined, undefined, '123456', undefined, undefined, '123456', undefined, undefined],
      ...['123456', '123456', '123456', undefined, undefined, '123456'],
    ]);
    expect(
      [
        'switch ABCD2345',
        'Switch abcd2345.',
        '/start switch_ABCD2345',
        'switch-ABCD2345',
        'switch to another',
        'switch language',
        'ABCD2345',
      ].map(wordIn),
    ).toEqual(['ABCD2345', 'ABCD2345', 'ABCD2345', 'ABCD2345', undefined, undefined, undefined]);
  });

  it('are found also between marks that come along when they are copied, and before a full stop', () => {
    expect(
      ['\u200e123456\u200e', '\u2067123\u00a0456\u2069', '123456.', '"123456"', '«123 456»!', '.', '1234'].map(codeIn),
    ).toEqual([...Array(5).fill('123456'), undefined, undefined]);
    expect(
      ['\u200eswitch ABCD2345\u200e', '\u202bswitch\u200f ABCD2345', '"switch ABCD2345"', '“Switch abcd2345”'].map(
        wordIn,
      ),
    ).toEqual(Array(4).fill('ABCD2345'));
  });

  it('are spread over all that can be', () => {
    const random = seededRandom(3);
    const codes = Array.from({ length: 2000 }, () => newCode(random));
    expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true);
    expect(new Set(codes.map((code) => code[0])).size).toBe(10);
    expect(new Set(codes).size).toBeGreaterThan(1990);
    expect(newWord(random)).toMatch(/^[2-9A-HJKMNP-TV-Z]{8}$/);
  });

  it('are for the person, the name or the number that was claimed, as the platform tells it', () => {
    expect(plainAddress('+49 (30) 123-45.67')).toBe('+49301234567');
    expect(plainAddress(' @ada ')).toBe('@ada');
    expect(plainAddress('-1001234567')).toBe('-1001234567');
    const from = (id: string, phone?: string) => ({ id, ...(phone === undefined ? {} : { phone }) });
    expect(isClaimed('0171 2345678', from('+491712345678'))).toBe(true);
    expect(isClaimed('0171 2345678', from('491712345678', '+491712345678'))).toBe(true);
    expect(isClaimed('+491712345678', from('+491712345679'))).toBe(false);
    expect(isClaimed('+491712345678', from('4917', '+491712345679'))).toBe(false);
    expect(isClaimed('whatsapp:+491712345678', from('whatsapp:+491712345679', '+491712345679'))).toBe(false);
    expect(isClaimed('whatsapp:+491712345678', from('whatsapp:+491712345678', '+491712345678'))).toBe(true);
    expect(isClaimed('70012345678', from('70012345678'))).toBe(true);
    expect(isClaimed('70012345678', from('70012345679'))).toBe(false);
    expect(isClaimed('@ada', { id: '7', username: 'Ada' })).toBe(true);
    expect(isClaimed('ada', { id: '7', username: 'ada' })).toBe(true);
    expect(isClaimed('@ada', { id: '7', username: 'ada1' })).toBe(false);
  });

  it('are for nobody of whom the platform tells nothing', () => {
    expect(isClaimed('@ada', { id: '-10012345678' })).toBe(false);
    expect(isClaimed('+491712345678', { id: '70012345678' })).toBe(false);
    expect(isClaimed('+491712345678', { id: 'user.BSUID' })).toBe(false);
    expect(isClaimed('', { id: 'user', username: 'user' })).toBe(false);
  });
});
