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

  it('reaches over thanks and over another follow-up', () => {
    expect(query(['Was kostet die Montage?', 'Danke!', 'Und wie lange dauert das?'], 'de')).toContain('Montage');
    expect(query(['Was kostet die Montage?', 'Und wie lange dauert das?', 'Und wo?'], 'de')).toContain('Montage');
  });

  it.each([
    ['de', 'Wie hoch ist die Einspeisevergütung für neue Anlagen?', 'Einspeisevergütung neue Anlagen'],
    ['de', 'Wann haben Sie geöffnet?', 'geöffnet'],
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
