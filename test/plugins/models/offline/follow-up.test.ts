import { describe, expect, it } from 'vitest';
import { offlineModel } from './ask.ts';

const model = offlineModel();
const query = (turns: readonly string[], language: string) =>
  model.rewriteQuery?.(
    turns.map((text) => ({ role: 'contact', text }) as const),
    language,
  );

describe('the query of a follow-up', () => {
  it.each([
    [
      'de',
      ['Wie lange dauert die Montage der Solaranlage?', 'Und was kostet das?'],
      ['Montage', 'Solaranlage', 'kostet'],
    ],
    ['de', ['Was kostet die Montage einer Wallbox?', 'Und muss ich sie anmelden?'], ['Wallbox', 'anmelden']],
    ['de', ['Was kostet die Wallbox SW-11?', 'Und die SW-22?'], ['kostet', 'Wallbox', '22']],
    ['en', ['How long does a guided tour take?', 'And how much is it?'], ['guided', 'tour']],
    ['fr', ['Combien coûte une consultation ?', 'Et elle dure combien de temps ?'], ['consultation']],
    ['es', ['¿Qué incluye la Fibra 600?', '¿Y cuánto cuesta?'], ['Fibra', '600', 'cuesta']],
    ['ru', ['Что покрывает гарантия?', 'А можно её продлить?'], ['гарантия', 'продлить']],
    ['he', ['מה האחריות מכסה?', 'ואפשר להאריך אותה?'], ['האחריות', 'להאריך']],
  ])('in %s names the topic of the question before: %j', (language, turns, expected) => {
    for (const word of expected) expect(query(turns, language)).toContain(word);
  });

  it('leaves the number of the thing before behind when it names another', () => {
    expect(query(['Was kostet die Wallbox SW-11?', 'Und die SW-22?'], 'de')).not.toContain('11');
  });

  it('asks something new of the same thing, or the same of another', () => {
    expect(query(['Was kostet die Montage einer Wallbox?', 'Und muss ich sie anmelden?'], 'de')).not.toContain(
      'kostet',
    );
    expect(query(['Was kostet die Montage?', 'Und eine Notstrombox?'], 'de')).toContain('kostet');
  });

  it.each([
    ['de', 'Was kostet die Wallbox SW-11?', 'Wann muss ich bezahlen?', 'bezahlen'],
    ['es', '¿Cuánto cuesta la Fibra 600?', '¿Y cómo me doy de baja?', 'baja'],
  ])('in %s is asked both ways where it may be a question of its own: %s %s', (language, before, last, alone) => {
    const queries = query([before, last], language);
    expect(queries).toHaveLength(2);
    expect(queries?.[0]).toContain(alone);
    expect(queries?.[1]).toBe(alone);
  });

  it.each([
    ['de', 'Wie sind Ihre Öffnungszeiten?', 'Wie kann ich bezahlen?', 'bezahlen'],
    ['en', 'What are your opening hours?', 'How do I pay?', 'pay'],
    ['fr', 'Comment annuler un rendez-vous ?', 'Comment payer ?', 'payer'],
    ['fr', 'Comment annuler un rendez-vous ?', 'Il y a un parking ?', 'parking'],
    ['es', '¿Cuál es el horario?', '¿Cómo puedo pagar?', 'pagar'],
    ['es', '¿Cuál es el horario?', '¿Por qué parpadea el router?', 'parpadea router'],
    ['he', 'מה שעות הפתיחה?', 'איך משלמים?', 'משלמים'],
    ['de', 'Wann beginnt die Frühschicht?', 'Gibt es Weihnachtsgeld?', 'Weihnachtsgeld'],
  ])('in %s is its own words where its verb or its noun says what is asked: %s %s', (language, before, last, alone) => {
    expect(query([before, last], language)).toBe(alone);
  });

  it.each([
    ['de', 'Was kostet die Wallbox SW-11?', 'Wo sind Sie?', 'Adresse'],
    ['ru', 'Сколько стоит ноутбук LT-Note 14?', 'Где вы находитесь?', 'адрес'],
    ['de', 'Was kostet die Wallbox SW-11?', 'Wann haben Sie geöffnet?', 'Öffnungszeiten'],
    ['en', 'How much is an adult ticket?', 'When do you close?', 'opening hours'],
    ['en', 'How much is an adult ticket?', 'How can I reach you?', 'phone number'],
    ['fr', 'Combien coûte une salle ?', 'Comment vous écrire ?', 'adresse e-mail'],
    ['es', '¿Cuánto cuesta la Fibra 600?', '¿Cómo les llamo?', 'teléfono'],
    ['he', 'כמה עולה משלוח?', 'איך יוצרים קשר?', 'טלפון'],
  ])('in %s is what the house tells of itself, and nothing spoken of before: %s %s', (language, before, last, word) => {
    expect(query([before, last], language)).toContain(word);
    expect([query([before, last], language)].flat().join(' ')).not.toMatch(/SW-11|LT-Note|adult|salle|Fibra|משלוח/);
  });

  it('asks how somebody is reached of whom was spoken of, where the word may mean that', () => {
    expect(query(['Wer ist Frau Petersen?', 'Wie erreiche ich sie?'], 'de')).toContain('Petersen');
    expect(query(['Wer ist Frau Petersen?', 'Wie erreiche ich Sie?'], 'de')).toContain('Kontakt');
    expect(query(['wie erreiche ich sie?'], 'de')).toContain('Kontakt');
  });

  it('asks where "it" is of what was spoken of, and of the house where nothing was', () => {
    expect(query(['Where is it?'], 'en')).toContain('address');
    expect([query(['How long does a guided tour take?', 'Where is it?'], 'en')].flat().join(' ')).toContain(
      'guided tour',
    );
  });

  it('takes the latest thing, and not the one that it has replaced', () => {
    const turns = ['Wie hoch ist der Stundenlohn beim Disponenten?', 'Und beim Lagerhelfer?'];
    expect(query(turns, 'de')).toBe('Stundenlohn Lagerhelfer');
    expect(query([...turns, 'Wo ist das?'], 'de')).toMatch(/^Lagerhelfer /);
    expect(query([...turns, 'Wann geht es los?'], 'de')).toMatch(/^Lagerhelfer /);
  });

  it('reaches over thanks and over another follow-up', () => {
    expect(query(['Was kostet die Montage?', 'Danke!', 'Und wie lange dauert das?'], 'de')).toContain('Montage');
    expect(query(['Was kostet die Montage?', 'Und wie lange dauert das?', 'Und wo?'], 'de')).toContain('Montage');
  });

  it.each([
    ['de', 'Wie hoch ist die Einspeisevergütung für neue Anlagen?', 'Einspeisevergütung neue Anlagen'],
    ['de', 'Mein Wechselrichter zeigt E104, was heißt das?', 'Wechselrichter E104'],
    ['de', 'Was kostet das Solarpaket M?', 'kostet Solarpaket M'],
    ['en', 'Where can I find the opening hours of the shop?', 'find opening hours shop'],
  ])(
    'in %s is its own words, without small ones, when the question stands by itself: %s',
    (language, question, expected) => {
      expect(query(['Was kostet die Wallbox SW-11?', question], language)).toBe(expected);
    },
  );

  it('stays as it is when it has small words only', () => {
    expect(query(['Was ist das?'], 'de')).toBe('Was ist das?');
  });

  it('loses the courtesies around a question', () => {
    expect(query(['Hallo! Was kostet denn der Anlagencheck? Vielen Dank schon mal.'], 'de')).toBe(
      'kostet Anlagencheck',
    );
  });

  it('takes no words of another script', () => {
    expect(query(['Сколько стоит доставка?', 'וכמה עולות האוזניות?', 'А можно её отменить?'], 'ru')).not.toMatch(
      /\p{Script=Hebrew}/u,
    );
  });
});
