import { describe, expect, it } from 'vitest';
import { chooseLanguage, inLanguage } from '../../../../../plugins/channels/web-chat/widget/panel/language.ts';
import { fill, loadTexts, textsTags } from '../../../../../plugins/channels/web-chat/widget/panel/texts.ts';

describe('the language', () => {
  it.each([
    [['de-AT', 'en'], ['en', 'de'], 'de', 'ltr', 'de'],
    [['pt', 'fr'], ['en', 'fr-CH'], 'fr-CH', 'ltr', 'fr'],
    [['pt'], ['he', 'ru'], 'he', 'rtl', 'he'],
    [['ar-EG'], ['ar', 'en'], 'ar', 'rtl', 'ar'],
    [['fa'], ['fa'], 'fa', 'rtl', 'en'],
    [['EN_gb'], ['en-GB', 'en'], 'en-GB', 'ltr', 'en'],
  ] as const)(
    'of a visitor who reads %j at a bot that speaks %j is %s',
    (wishes, supported, tag, direction, textsTag) => {
      expect(chooseLanguage(wishes, supported, supported[0])).toEqual({ tag, direction, textsTag });
    },
  );

  it('of a text falls back to the family, the default, and whatever there is', () => {
    expect(inLanguage({ de: 'Hallo', en: 'Hello' }, 'de-CH', 'en')).toBe('Hallo');
    expect(inLanguage({ de: 'Hallo', en: 'Hello' }, 'fr', 'en')).toBe('Hello');
    expect(inLanguage({ de: 'Hallo' }, 'fr', 'en')).toBe('Hallo');
    expect(inLanguage({}, 'fr', 'en')).toBe('');
  });
});

describe('the panel’s own words', () => {
  it('exist in the languages of the bots', () => {
    expect(textsTags).toEqual(expect.arrayContaining(['en', 'de', 'fr', 'es', 'ru', 'he']));
  });

  it.each(textsTags)('in %s are complete, with the same blanks to fill', async (tag) => {
    const [texts, english] = await Promise.all([loadTexts(tag), loadTexts('en')]);
    const blanks = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted();
    expect(Object.keys(texts).toSorted()).toEqual(Object.keys(english).toSorted());
    for (const [name, text] of Object.entries(texts)) {
      expect(text, name).not.toBe('');
      expect(blanks(text), name).toEqual(blanks(english[name as keyof typeof english]));
    }
    const same = Object.entries(texts).filter(([name, text]) => text === english[name as keyof typeof english]);
    expect(same.length).toBeLessThan(tag === 'en' ? Number.POSITIVE_INFINITY : 6);
  });

  it('are English for a language there are none for', async () => {
    expect(await loadTexts('xx')).toEqual(await loadTexts('en'));
  });

  it('are filled in, and keep a blank they do not know', () => {
    expect(fill('{n} of {m}', { n: 3 })).toBe('3 of {m}');
  });
});
