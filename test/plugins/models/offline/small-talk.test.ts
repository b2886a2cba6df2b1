import type { ModelMessage } from 'polyphon/plugin';
import { describe, expect, it } from 'vitest';
import type { SmallTalk } from '../../../../plugins/models/offline/phrases/phrasebook.ts';
import { phrasebooks } from '../../../../plugins/models/offline/phrases/phrasebooks.ts';
import { answerOf, greetingText, offlineModel, requestFor } from './ask.ts';
import { passage } from './sonnenwerk-passages.ts';

const model = offlineModel();
const answer = (messages: readonly (ModelMessage | string)[], language: string) =>
  answerOf(model, requestFor(messages, { passages: [], language }));

const said: Readonly<Record<string, readonly (readonly [string, SmallTalk])[]>> = {
  de: [
    ['Vielen Dank!', 'thanks'],
    ['Danke, tschüss', 'goodbye'],
    ['Wer bist du eigentlich?', 'identity'],
    ['Bist du ein Mensch oder ein Bot?', 'identity'],
    ['Was kannst du alles?', 'help'],
    ['Hallo, ich habe eine Frage', 'help'],
    ["Wie geht's?", 'wellbeing'],
    ['Ja, gern.', 'yes'],
    ['Nein danke', 'no'],
    ['Super!', 'praise'],
    ['Das ist falsch.', 'complaint'],
  ],
  en: [
    ['Thank you very much', 'thanks'],
    ['OK thanks, bye!', 'goodbye'],
    ['Are you a human?', 'identity'],
    ['Can you help me?', 'help'],
    ['yes please', 'yes'],
    ['No, thank you.', 'no'],
  ],
  fr: [
    ['Merci beaucoup !', 'thanks'],
    ['Au revoir et bonne journée', 'goodbye'],
    ['Êtes-vous un robot ?', 'identity'],
    ["J'ai une question", 'help'],
    ["Oui, s'il vous plaît", 'yes'],
    ['Non merci', 'no'],
  ],
  es: [
    ['Muchas gracias', 'thanks'],
    ['Adiós, hasta luego', 'goodbye'],
    ['¿Eres una persona?', 'identity'],
    ['¿Me puedes ayudar?', 'help'],
    ['Sí, por favor', 'yes'],
    ['No, gracias', 'no'],
  ],
  ru: [
    ['Большое спасибо!', 'thanks'],
    ['До свидания', 'goodbye'],
    ['Вы человек или бот?', 'identity'],
    ['Что ты умеешь?', 'help'],
    ['Да, пожалуйста', 'yes'],
    ['Нет, спасибо', 'no'],
  ],
  he: [
    ['תודה רבה!', 'thanks'],
    ['להתראות', 'goodbye'],
    ['אתה בוט?', 'identity'],
    ['אפשר לשאול שאלה?', 'help'],
    ['כן, בבקשה', 'yes'],
    ['לא, תודה', 'no'],
  ],
};

describe.each(Object.entries(said))('in %s', (language, cases) => {
  it.each(cases)('%j is %s', async (text, kind) => {
    expect(await answer([text], language)).toBe(phrasebooks[language]?.replies[kind]);
  });
});

describe('a greeting', () => {
  it.each([
    ['de', 'Guten Tag!'],
    ['de', 'Hallo zusammen, guten Morgen'],
    ['en', 'Good morning'],
    ['fr', 'Bonjour madame'],
    ['es', 'Hola, buenas tardes'],
    ['ru', 'Здравствуйте, добрый день!'],
    ['he', 'שלום, בוקר טוב'],
  ])('in %s (%s) is answered with the greeting of the bot', async (language, text) => {
    expect(await answer([text], language)).toBe(greetingText);
  });

  it('is shorter the second time', async () => {
    expect(await answer(['Hallo', { role: 'bot', text: greetingText }, 'Hallo'], 'de')).toBe(
      'Hallo. Womit kann ich helfen?',
    );
  });

  it('before a question does not hide the question', async () => {
    const about = passage('a.md', 'Montage', ['Montage'], 'Die Montage dauert zwei Tage.');
    const request = requestFor(['Guten Tag! Wie lange dauert die Montage? Danke'], {
      passages: [about],
      language: 'de',
    });
    expect(await answerOf(model, request)).toBe('Die Montage dauert zwei Tage. [1]');
  });

  it('in a language without a phrasebook is answered in English', async () => {
    expect(await answer(['Hello'], 'it')).toBe(greetingText);
    expect(await answer(['Thanks'], 'it')).toBe(phrasebooks['en']?.replies.thanks);
  });
});

describe('whoever asks what it is', () => {
  it.each(Object.keys(phrasebooks))('is told in %s that it is a machine', (language) => {
    expect(phrasebooks[language]?.replies.identity).toMatch(
      /KI-Assistent|AI assistant|assistant IA|asistente de IA|ИИ-ассистент|בינה מלאכותית/,
    );
  });
});

describe('a change of language', () => {
  const german = passage('a.md', 'Montage', ['Montage'], 'Die Montage dauert zwei Tage.');

  it('without a question is agreed to, in the new language', async () => {
    expect(await answer(['And in English, please?'], 'de')).toBe(phrasebooks['en']?.switched);
    expect(await answer(['На русском, пожалуйста'], 'de')).toBe(phrasebooks['ru']?.switched);
  });

  it('after a question quotes the documents in theirs, and says so', async () => {
    const request = requestFor(
      ['Wie lange dauert die Montage?', { role: 'bot', text: 'Zwei Tage.' }, 'And in English, please?'],
      { passages: [german], language: 'en' },
    );
    expect(await answerOf(model, request)).toMatch(
      /not available in English.*\(German\): “Die Montage dauert zwei Tage\.” \[1\]$/,
    );
  });

  it('finds the topic of the question before', () => {
    const messages = ['Wie lange dauert die Montage?', 'And in English, please?'].map(
      (text) => ({ role: 'contact', text }) as const,
    );
    expect(model.rewriteQuery?.(messages, 'en')).toContain('Montage');
  });
});
