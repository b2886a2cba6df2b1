import type { Passage } from 'polyphon/plugin';
import { describe, expect, it } from 'vitest';
import { answerOf, offlineModel, requestFor } from './ask.ts';
import { passage } from './sonnenwerk-passages.ts';

const model = offlineModel();

function sections(language: string, ...texts: readonly (readonly [heading: string, text: string])[]) {
  return texts.map(([heading, text]) => ({ ...passage('doc', 'Doc', ['Doc', heading], text), language }));
}

const ask = (question: string, language: string, passages: readonly Passage[]) =>
  answerOf(model, requestFor([question], { passages, language }));

describe('how something is done', () => {
  const applying = sections(
    'de',
    ['Kann ich mich auf mehrere Stellen bewerben?', 'Ja, eine Bewerbung darf bis zu drei Kennziffern nennen.'],
    ['Wie lange dauert es bis zur Entscheidung?', 'Vom Eingang der Bewerbung vergehen höchstens 14 Tage.'],
    ['Wer ist meine Ansprechpartnerin?', 'Ansprechpartnerin für Bewerbungen ist Frau Petersen, jobs@nordkai.example.'],
  );

  it('is told by a sentence that says where to turn', async () => {
    expect(await ask('Wie kann ich mich bewerben?', 'de', applying)).toMatch(/^Ansprechpartnerin/);
  });

  it('is told without the no to another question, which whoever asked that is told', async () => {
    const paying = sections('en', [
      'Can I pay later?',
      'No, payment is due when you collect the bike, in cash or by card.',
    ]);
    expect(await ask('How do I pay?', 'en', paying)).toMatch(/^Payment is due/);
    expect(await ask('Can I pay later?', 'en', paying)).toMatch(/^No, payment is due/);
  });

  it('is not told by the name of a mailbox', async () => {
    const writing = sections('de', [
      'Wie lautet die E-Mail-Adresse?',
      'Allgemeine Anfragen gehen an beratung@sonnenwerk.example.',
    ]);
    expect(await ask('Wie läuft die Beratung?', 'de', writing)).toBe('[unknown]');
  });
});

describe('who it is', () => {
  it('is not told by a word of the same stem', async () => {
    const seeing = sections('es', ['¿Qué opción hay?', 'Radio Rural 50 necesita visión directa con una antena.']);
    expect(await ask('¿Quién es el director?', 'es', seeing)).toBe('[unknown]');
  });

  it('is not told under how long it takes', async () => {
    const repairing = sections('es', [
      '¿Cuánto tarda RedNorte en reparar una avería?',
      'Una avería se repara en 24 horas.',
    ]);
    expect(await ask('¿Quién repara la avería?', 'es', repairing)).toBe('[unknown]');
  });
});

describe('when it is', () => {
  it('is told by the day, and not by what lasts', async () => {
    const paying = sections(
      'de',
      ['Wann wird der Lohn ausgezahlt?', 'Der Lohn wird am letzten Bankarbeitstag des Monats überwiesen.'],
      ['Wird der Probearbeitstag bezahlt?', 'Der Probearbeitstag dauert 6 Stunden und wird mit 90 Euro bezahlt.'],
    );
    expect(await ask('Wann wird gezahlt?', 'de', paying)).toMatch(/^Der Lohn wird am letzten/);
  });

  it('is not told by the term in a row of a table', async () => {
    const [row] = sections('es', ['', 'Fibra 300 cuesta 24,90 euros al mes; permanencia: 12 meses.']);
    const rows = row === undefined ? [] : [{ ...row, headings: [], row: 1 }];
    expect(await ask('¿Cuándo llega la fibra?', 'es', rows)).toBe('[unknown]');
  });
});
