import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../../core/knowledge/sentences.ts';

const trimmed = (text: string, language: string) => splitSentences(text, language).map((sentence) => sentence.trim());

describe('sentences', () => {
  it.each([
    [
      'de',
      'Die Praxis Dr. Meyer öffnet z. B. am 3. Mai. Wir freuen uns!',
      ['Die Praxis Dr. Meyer öffnet z. B. am 3. Mai.', 'Wir freuen uns!'],
    ],
    [
      'de',
      'Eine Krone kostet ca. 900 Euro inkl. Labor. Das gilt bis Ende Mai.',
      ['Eine Krone kostet ca. 900 Euro inkl. Labor.', 'Das gilt bis Ende Mai.'],
    ],
    ['en', 'Mr. Smith pays 3.50 EUR. Does he? Yes.', ['Mr. Smith pays 3.50 EUR.', 'Does he?', 'Yes.']],
    ['es', '¿Cuánto cuesta? Cuesta 30 euros.', ['¿Cuánto cuesta?', 'Cuesta 30 euros.']],
    ['fr', 'Bonjour M. Petit. Ça va ?', ['Bonjour M. Petit.', 'Ça va ?']],
    ['ru', 'Магазин на ул. Герцль 58. Мы открыты.', ['Магазин на ул. Герцль 58.', 'Мы открыты.']],
    ['he', 'החנות פתוחה. מתי סוגרים?', ['החנות פתוחה.', 'מתי סוגרים?']],
  ])('in %s end where people end them: %s', (language, text, expected) => {
    expect(trimmed(text, language)).toEqual(expected);
  });

  it('joined give the text back, in a language nobody knows too', () => {
    const text = 'One. Two!  Three?\nFour';
    expect(splitSentences(text, 'xx-unknown-zz').join('')).toBe(text);
    expect(splitSentences(text, '!!').join('')).toBe(text);
  });
});
