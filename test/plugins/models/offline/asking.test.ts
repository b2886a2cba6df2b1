import { newStemmer } from 'snowball-stemmers';
import { describe, expect, it } from 'vitest';
import { wordClasses } from '../../../../core/knowledge/word-classes.ts';
import { askingOf, asksYesOrNo, withoutYesNo } from '../../../../plugins/models/offline/asking.ts';
import { createLexicons } from '../../../../plugins/models/offline/lexicon.ts';
import { createStemming } from '../../../../plugins/models/offline/stemming.ts';

const lexicons = createLexicons(createStemming(newStemmer), wordClasses);

describe('a question', () => {
  it.each([
    ['de', 'Wie kann ich bezahlen?', 'manner'],
    ['de', 'Und wie melde ich mich an?', 'manner'],
    ['de', 'Wie laut ist die Wärmepumpe?', undefined],
    ['de', 'Wer zahlt das?', 'person'],
    ['de', 'Mit wem kann ich sprechen?', 'person'],
    ['de', 'Bis wann habt ihr auf?', undefined],
    ['en', 'How do I pay?', 'manner'],
    ['en', 'How loud is it?', undefined],
    ['en', 'To whom do I write?', 'person'],
    ['fr', 'Comment payer ?', 'manner'],
    ['fr', "Quels sont les moyens de paiement de l'abonnement ?", 'manner'],
    ['fr', 'À qui faut-il écrire ?', 'person'],
    ['fr', 'Où êtes-vous ?', undefined],
    ['es', '¿Y cómo me doy de baja?', 'manner'],
    ['es', '¿Con quién hablo?', 'person'],
    ['ru', 'Какие способы оплаты принимаются?', 'manner'],
    ['ru', 'А кому звонить?', 'person'],
    ['he', 'ואיך משלמים?', 'manner'],
    ['he', 'מי המנהל?', 'person'],
  ])('in %s that yes does not answer: %s', (language, text, about) => {
    expect(askingOf(text, lexicons(language))).toEqual({ isOpen: true, about });
  });

  it.each([
    ['de', 'Kann ich zahlen, wann ich will?'],
    ['en', 'Can I return it when it is broken?'],
    ['fr', "Est-ce que l'accueil est ouvert ?"],
    ['fr', "Peut-on payer une entreprise à l'accueil ?"],
    ['es', '¿Tienen tarifa social?'],
    ['ru', 'Можно ли вернуть наушники?'],
    ['he', 'אפשר להחזיר אוזניות?'],
  ])('in %s of yes or no is none: %s', (language, text) => {
    expect(askingOf(text, lexicons(language))).toEqual({ isOpen: false, about: undefined });
    expect(asksYesOrNo(text, askingOf(text, lexicons(language)))).toBe(true);
  });

  it('is no heading that names a thing', () => {
    expect(asksYesOrNo('Öffnungszeiten', askingOf('Öffnungszeiten', lexicons('de')))).toBe(false);
  });
});

describe('an answer to another question', () => {
  it.each([
    ['de', 'Ja, eine Bewerbung darf drei Kennziffern nennen.', 'Eine Bewerbung darf drei Kennziffern nennen.'],
    ['en', 'No, but you can park in Station Road.', 'You can park in Station Road.'],
    ['fr', "Non, le paiement se fait auprès de l'entreprise.", "Le paiement se fait auprès de l'entreprise."],
    ['es', 'Sí, tiene que estar presente un adulto.', 'Tiene que estar presente un adulto.'],
    ['ru', 'Нет, оплата возможна только картой.', 'Оплата возможна только картой.'],
    ['he', 'לא, התשלום הוא רק בכרטיס אשראי.', 'התשלום הוא רק בכרטיס אשראי.'],
  ])('in %s loses its yes or no: %s', (language, text, rest) => {
    expect(withoutYesNo(text, lexicons(language))).toBe(rest);
  });

  it.each([
    ['de', 'Ja, wenn die Heizung höchstens 55 Grad braucht.'],
    ['de', 'Nein, leider nicht.'],
    ['en', 'No smoking is allowed in the whole building.'],
    ['en', 'No, except on Sundays and on public holidays.'],
    ['es', 'No hay ninguna tarifa para empresas.'],
    ['fr', "Oui, c'est possible à tout moment."],
  ])('in %s keeps what says nothing without it: %s', (language, text) => {
    expect(withoutYesNo(text, lexicons(language))).toBe(text);
  });
});
