import { describe, expect, it } from 'vitest';
import { detectLanguage, languageOfPart, languageOfTable } from '../../../core/knowledge/detect-language.ts';
import { questionWords, termsOf } from '../../../core/knowledge/terms.ts';

describe('terms', () => {
  it.each([
    ['de', 'Wärmepumpen', 'Wärmepumpe'],
    ['fr', 'annulations', 'annulation'],
    ['es', 'instalaciones', 'instalación'],
    ['ru', 'доставки', 'доставку'],
    ['en', 'cancelled', 'cancelling'],
    ['he', 'והמשלוח', 'משלוח'],
  ])('in %s are the same for forms of a word', (language, one, other) => {
    expect(termsOf(one, language).words).toEqual(termsOf(other, language).words);
  });

  it('fold what FTS5 would not: ß, ё, Hebrew points, case and accents', () => {
    expect(termsOf('STRASSE', 'de').words).toEqual(termsOf('Straße', 'de').words);
    expect(termsOf('ещё', 'ru').words).toEqual(termsOf('еще', 'ru').words);
    expect(termsOf('שָׁלוֹם', 'he').words).toEqual(termsOf('שלום', 'he').words);
    expect(termsOf('Café', 'fr').grams).toEqual(termsOf('cafe', 'fr').grams);
  });

  it('leave codes as they are and find compounds by their parts', () => {
    expect(termsOf('E031 NK-118', 'de').words).toEqual(['e031', 'nk', '118', 'nk118']);
    const compound = new Set(termsOf('Dachbegrünung', 'de').grams);
    expect(termsOf('Begrünung', 'de').grams.filter((gram) => compound.has(gram)).length).toBeGreaterThan(5);
  });

  it('of a question tell what is asked from how it is asked, and are not without end', () => {
    const roles = questionWords('Was kostet die Montage?', ['de']).map(({ role }) => role);
    expect(roles).toEqual(['asking', 'meaning', 'asking', 'meaning']);
    const words = Array.from({ length: 500 }, (_, index) => `wort${index}`).join(' ');
    expect(questionWords(words, ['de']).length).toBeLessThanOrEqual(64);
    expect(questionWords('\ud800 !!!', ['de'])).toEqual([]);
  });
});

describe('the words of a question', () => {
  it('are looked for in other spellings too', () => {
    expect(questionWords('geoeffnet', ['de'])[0]?.stems).toContain(termsOf('geöffnet', 'de').words[0]);
    expect(questionWords('клубная', ['ru'])[0]?.stems).toContain(termsOf('клуб', 'ru').words[0]);
    expect(questionWords('horloger', ['fr'])[0]?.stems).toContain(termsOf('horlogerie', 'fr').words[0]);
  });

  it('are found with a hyphen and without', () => {
    for (const [asked, told] of [
      ['ebike', 'E-Bikes'],
      ['e-bike', 'ebikes'],
      ['SW11', 'SW-11'],
    ] as const) {
      const held = new Set(termsOf(told, 'en').words);
      expect(questionWords(asked, ['en']).some(({ stems }) => stems.some((stem) => held.has(stem)))).toBe(true);
    }
  });

  it('bring the other words of their class, and not themselves', () => {
    const [rdv] = questionWords('rdv', ['fr']);
    expect(rdv?.kin).toContain(termsOf('réservation', 'fr').words[0]);
    expect(rdv?.kin).not.toContain(rdv?.stems[0]);
    expect(questionWords('Fahrradsattel', ['de'])[0]?.kin).toEqual([]);
  });
});

describe('the language of a text', () => {
  it.each([
    ['de', 'Die Anlage wird vom Netzbetreiber abgenommen und danach in Betrieb genommen, das dauert etwa vier Wochen.'],
    ['fr', "Le rendez-vous peut être annulé jusqu'à vingt-quatre heures à l'avance sans frais supplémentaires."],
    ['es', 'La instalación de la fibra tarda entre cinco y siete días laborables desde la contratación del servicio.'],
    ['en', 'The appointment can be cancelled up to twenty-four hours in advance without any additional charge.'],
    ['ru', 'Товар можно вернуть в течение четырнадцати дней.'],
    ['he', 'החנות פתוחה בימים ראשון עד חמישי.'],
  ])('is found: %s', (language, text) => {
    expect(detectLanguage(text, ['de', 'en'])).toBe(language);
  });

  it.each([
    ['en', 'Parking costs four euros per hour.'],
    ['en', 'Contact Maria Lopez for refunds.'],
    ['en', 'Opening hours'],
    ['de', 'Wir öffnen um 7 Uhr.'],
    ['de', 'Das Parken kostet vier Euro.'],
  ])('is told among those of the bot where the text is short: %s, %s', (language, text) => {
    expect(detectLanguage(text, ['de', 'en'])).toBe(language);
    expect(detectLanguage(text, ['en', 'de'])).toBe(language);
  });

  it.each([
    [
      'de',
      'Sie können den Soundbar Premium Home Cinema Pro mit dem Streaming Service Family Plus nutzen, wenn der Account des Clubs aktiv ist.',
    ],
    [
      'fr',
      "Les bureaux d'Accueil PME se trouvent au 18 rue des Ateliers, 69003 Lyon, au deuxième étage, et la réception est ouverte du lundi au vendredi.",
    ],
  ])('is told by the words of its sentences, not by names of another language: %s', (language, text) => {
    expect(detectLanguage(text, [language, 'en'])).toBe(language);
    expect(detectLanguage(text, ['en', 'es'])).toBe(language);
  });

  it("is nobody's claim where the text is too short to say, and the only language of a bot that has one", () => {
    expect(detectLanguage('E-031', ['es', 'en'])).toBeUndefined();
    expect(detectLanguage('', [])).toBeUndefined();
    expect(detectLanguage('E-031', ['es'])).toBe('es');
  });

  it.each([
    ['names and prices', 'prices. Luna 120 EUR Sol 85 EUR', undefined],
    ['people', 'team. Anna Schmidt Sales John Miller Support Maria Garcia Design Pierre Dubois Finance', undefined],
    [
      'things',
      'prices. Table lamp Luna 120 EUR brass Floor lamp Sol 85 EUR black Ceiling light Vega 60 EUR',
      undefined,
    ],
    [
      'sentences',
      'answers. We are open from nine to six Bring it to the shop with your invoice and we repair it',
      'en',
    ],
    ['another script', 'цены. Луна 120 Вега 85', 'ru'],
  ])('of a table of %s is claimed only where small words or letters tell it', (_what, text, language) => {
    expect(languageOfTable(text, ['en', 'de'])).toBe(language);
    expect(languageOfTable(text, ['de', 'en', 'pt'])).toBe(language);
    expect(languageOfTable(text, ['de'])).toBe(language ?? 'de');
  });

  const six = ['de', 'en', 'es', 'fr', 'ru', 'he'];
  it.each([
    [
      'a table of names and prices',
      'Gerät: Häcksler HX 7; Tagespreis: 48 Euro; Wochenpreis: 210 Euro\nGerät: Minibagger; Tagespreis: 195 Euro; Wochenpreis: 890 Euro\nGerät: Rüttelplatte; Tagespreis: 39 Euro; Wochenpreis: 160 Euro',
      'de',
    ],
    [
      'sentences in another language',
      'Opening hours are from Monday to Friday, from eight to six, and the shop is closed on public holidays.',
      'en',
    ],
    [
      'another language without small words',
      'Boutique ouverte lundi, mardi, mercredi, jeudi, vendredi; fermée samedi, dimanche, jours fériés.',
      'fr',
    ],
    ['letters of another language', 'תיקון מכסחה אורך עד חמישה ימי עסקים, והאחריות היא שלוש שנים.', 'he'],
  ])('takes a part of a German document for what it surely is: %s', (_what, text, language) => {
    expect(languageOfPart(text, 'de', six)).toBe(language);
  });
});
