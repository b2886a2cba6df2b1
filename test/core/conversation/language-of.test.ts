import { describe, expect, it } from 'vitest';
import { languageOf } from '../../../core/conversation/texts/language-of.ts';

const named = [
  ['Was kostet der Versand?', 'de'],
  ['Can I pay by card?', 'en'],
  ['Do you take new patients?', 'en'],
  ['Kann ich mit Karte zahlen?', 'de'],
  ['Haben Sie am Samstag offen?', 'de'],
  ['Hallo, was kostet die grüne Lampe?', 'de'],
] as const;

/** Not those that the bounds were found with. */
const everyday: Readonly<Record<string, readonly string[]>> = {
  de: [
    'Bis wann muss ich absagen?',
    'Kann ich morgen vorbeikommen?',
    'Haben Sie vegane Gerichte?',
    'Wo kann ich parken?',
    'Was kostet ein Haarschnitt?',
    'Kann ich das Kleid umtauschen?',
    'Nehmen Sie auch Privatpatienten?',
    'Ist die Lampe auf Lager?',
  ],
  en: [
    'Can I cancel my order?',
    'Do you have vegan dishes?',
    'Where can I park?',
    'Is breakfast included?',
    'Can I come in tomorrow?',
    'Do you accept cash?',
    'How do I reset my password?',
    'Is there a discount for students?',
  ],
  fr: [
    'Je peux annuler ma commande ?',
    'Vous avez des plats végétariens ?',
    'Où puis-je me garer ?',
    'Le petit déjeuner est compris ?',
    'Combien coûte une coupe ?',
    'Vous êtes ouverts dimanche ?',
    'Quel est le délai de livraison ?',
  ],
  es: [
    '¿Puedo cancelar mi pedido?',
    '¿Tienen platos veganos?',
    '¿Dónde puedo aparcar?',
    '¿El desayuno está incluido?',
    '¿Cuánto cuesta un corte de pelo?',
    '¿Abren los domingos?',
    '¿Hay descuento para estudiantes?',
  ],
};

const bots: readonly (readonly string[])[] = [
  ['de', 'en'],
  ['de', 'en', 'fr', 'es'],
];

describe('the language of a short question', () => {
  it.each(named.flatMap(([text, language]) => ['de', 'en'].map((by) => [text, by, language] as const)))(
    '%j in a bot of [en, de] with the default %s is %s',
    (text, by, language) => {
      expect(languageOf(text, { default: by, supported: ['en', 'de'], detect: true }, {})).toBe(language);
    },
  );

  it.each(bots.map((supported) => [supported] as const))(
    'is told for at least 95 of 100 everyday questions, whatever the default: %j',
    (supported) => {
      const asked = Object.entries(everyday).flatMap(([language, texts]) => texts.map((text) => ({ text, language })));
      expect(asked).toHaveLength(30);
      const cases = asked
        .filter(({ language }) => supported.includes(language))
        .flatMap((question) => supported.map((by) => ({ ...question, by })));
      const wrong = cases.filter(
        ({ text, language, by }) =>
          languageOf(text, { default: by, supported: [...supported], detect: true }, {}) !== language,
      );
      expect(wrong.length / cases.length, JSON.stringify(wrong, null, 1)).toBeLessThanOrEqual(0.05);
      // Where it is not told, the default stands, and never a third language.
      for (const { text, by } of wrong)
        expect(languageOf(text, { default: by, supported: [...supported], detect: true }, {})).toBe(by);
    },
  );

  it.each([
    'ok',
    'Hallo',
    'ok danke',
    'ok super danke',
    'okay alles klar',
    'Hallo zusammen',
    'Max Mustermann',
    'Anna Maria Schmidt',
    'anna maria schmidt',
    'Sabine Meyer',
    'sabine meyer',
    'Peter Williams',
    'Michael Schumacher',
    'Elisabeth von Hohenstein',
    'Ludwig van Beethoven',
    'Jean de la Fontaine',
    'juan de la cruz',
    'Main Street 12, London',
    'iPhone 15 Pro Max',
    'nike air max 90',
    'adidas samba og white',
    'Visa Mastercard PayPal',
    '0170 1234567',
    'Order 12345',
    'Max Muster, max@example.com, 0170 1234567',
  ])('does not follow %j', (text) => {
    for (const supported of bots)
      for (const conversation of supported)
        for (const by of supported)
          expect(languageOf(text, { default: by, supported: [...supported], detect: true }, { conversation })).toBe(
            conversation,
          );
  });

  it.each(['Où est ma commande ?', 'Est-ce que vous êtes ouverts samedi ?', 'Quanto costa la spedizione?'])(
    'is none of the bot for a question in another language: %j',
    (text) => {
      for (const by of ['de', 'en'])
        expect(languageOf(text, { default: by, supported: ['de', 'en'], detect: true }, {})).toBe(by);
    },
  );
});
