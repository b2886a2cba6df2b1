import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citationsOf } from '../../../core/conversation/turn/citations.ts';
import { MarkFilter } from '../../../core/conversation/turn/mark-filter.ts';
import { quoteOf } from '../../../core/conversation/turn/quote.ts';
import { splitSentences } from '../../../core/knowledge/sentences.ts';
import { passage } from './rig.ts';

function said(answer: string, passages: number | undefined): MarkFilter {
  const filter = new MarkFilter(passages);
  for (const piece of answer.match(/.{1,3}/gsu) ?? []) filter.push(piece);
  filter.end();
  return filter;
}

describe('what was said with a mark', () => {
  it.each([
    ['We open at nine. [1] Parking is free [2].', { 1: ['We open at nine.'], 2: ['Parking is free'] }],
    ['Both are free [1][2].', { 1: ['Both are free'], 2: ['Both are free'] }],
    ['First [1], second [2, 1]. Third.', { 1: ['First', ', second'], 2: [', second'] }],
    ['[1] Only after it.', { 1: [] }],
    ['Nobody knows [unknown] [7]. But here [1].', { 1: ['. But here'] }],
  ])('%j gives %j', (answer, statements) => {
    expect(Object.fromEntries(said(answer, 3).statements)).toEqual(statements);
  });

  it.each([0, undefined])('is nothing where there are %s passages', (passages) => {
    expect([...said('In chapter [1].', passages).statements]).toEqual([]);
  });
});

interface Case {
  readonly language: string;
  readonly text: string;
  readonly question: string;
  /** As a language model words it. */
  readonly answer: string;
  readonly quote: string;
}

const cases: readonly Case[] = [
  {
    language: 'en',
    text: 'We repair lamps of all makers. A repair takes three days and costs 25 euros. Bring the cable, please.',
    question: 'How much is a repair?',
    answer: 'Repairing a lamp costs 25 euros.',
    quote: 'A repair takes three days and costs 25 euros.',
  },
  {
    language: 'de',
    text: 'Die Praxis liegt am Park. Montags behandelt Dr. Weber bis 18 Uhr, freitags bleibt geschlossen. Parkplätze finden Sie in der Tiefgarage.',
    question: 'Wo kann ich parken?',
    answer: 'Parken können Sie in der Tiefgarage.',
    quote: 'Parkplätze finden Sie in der Tiefgarage.',
  },
  {
    language: 'de',
    text: 'Die Praxis liegt am Park. Montags behandelt Dr. Weber bis 18 Uhr, freitags bleibt geschlossen. Parkplätze finden Sie in der Tiefgarage.',
    question: 'Haben Sie am Freitag offen?',
    answer: 'Nein, am Freitag ist geschlossen.',
    quote: 'Montags behandelt Dr. Weber bis 18 Uhr, freitags bleibt geschlossen.',
  },
  {
    language: 'fr',
    text: 'Le cabinet est ouvert du lundi au vendredi. La consultation coûte 60 euros. Les annulations sont gratuites jusqu’à la veille.',
    question: 'Puis-je annuler mon rendez-vous ?',
    answer: 'Oui, vous pouvez annuler gratuitement jusqu’à la veille.',
    quote: 'Les annulations sont gratuites jusqu’à la veille.',
  },
  {
    language: 'es',
    text: 'La fibra llega a toda la ciudad. Si la luz roja parpadea, reinicie el router durante 30 segundos. El técnico viene en 48 horas.',
    question: '¿Cuándo viene el técnico?',
    answer: 'Los técnicos vienen en un plazo de 48 horas.',
    quote: 'El técnico viene en 48 horas.',
  },
  {
    language: 'ru',
    text: 'Магазин открыт ежедневно. Гарантия на телефоны составляет 24 месяца. Доставка по городу бесплатна при заказе от 3000 рублей.',
    question: 'Сколько длится гарантия на телефон?',
    answer: 'На телефон мы даём гарантию 24 месяца.',
    quote: 'Гарантия на телефоны составляет 24 месяца.',
  },
  {
    language: 'he',
    text: 'החנות פתוחה בימים ראשון עד חמישי. האחריות על טלפונים היא שנתיים. המשלוח בעיר חינם בהזמנה מעל 200 שקלים.',
    question: 'כמה עולה משלוח?',
    answer: 'משלוחים בעיר הם חינם בהזמנות מעל 200 שקלים.',
    quote: 'המשלוח בעיר חינם בהזמנה מעל 200 שקלים.',
  },
];

describe('a citation', () => {
  it.each(cases)('in $language quotes the sentence that carries the answer: $quote', (each) => {
    const { text, language, question, answer, quote } = each;
    expect(quoteOf({ text, language }, { statements: [answer], question })).toBe(quote);
    // As the offline model says it: word by word.
    expect(quoteOf({ text, language }, { statements: [quote], question })).toBe(quote);
  });

  it('in another language than the answer is found by the numbers and names they share', () => {
    const [lamps] = cases;
    if (lamps === undefined) throw new Error('no case');
    const german = { statements: ['Das kostet 25 Euro.'], question: 'Was kostet die Reparatur?' };
    expect(quoteOf(lamps, german)).toBe(lamps.quote);
    const hebrew = { statements: ['התיקון עולה 25 אירו.'], question: 'כמה עולה תיקון?' };
    expect(quoteOf(lamps, hebrew)).toBe(lamps.quote);
  });

  it('of a bare yes is found by the question', () => {
    const text = 'Die Lieferung ist kostenlos. Sie können jede Lampe zurückgeben. Ersatzteile bestellen wir gern.';
    const question = 'Kann ich eine Lampe zurückgeben?';
    expect(quoteOf({ text, language: 'de' }, { statements: ['Ja, das geht.'], question })).toBe(
      'Sie können jede Lampe zurückgeben.',
    );
  });

  it('is the beginning of a passage that shares nothing with answer and question', () => {
    const text = 'Первое предложение стоит здесь. Второе предложение стоит там.';
    expect(quoteOf({ text, language: 'ru' }, { statements: ['Yes.'], question: 'Really?' })).toBe(
      'Первое предложение стоит здесь.',
    );
  });

  it('quotes two sentences where each carries a part of what was said, and says what it leaves out', () => {
    const text =
      'A crown costs 690 euros. It is made in our own laboratory. You wait ten days for it. Colours are chosen together.';
    const question = 'What does a crown cost and how long does it take?';
    expect(
      quoteOf({ text, language: 'en' }, { statements: ['It costs 690 euros, and you wait for ten days.'], question }),
    ).toBe('A crown costs 690 euros. … You wait ten days for it.');
    const statements = ['A crown costs 690 euros.', 'It is made in our own laboratory.'];
    expect(quoteOf({ text, language: 'en' }, { statements, question })).toBe(
      'A crown costs 690 euros. It is made in our own laboratory.',
    );
  });

  it('quotes an item of a list under its line, and a few words with what stands beside them', () => {
    const list = 'For the registration you need:\n- a passport\n- a proof of your address\n- the signed form';
    const asked = { statements: ['You need a passport.'], question: 'What do I bring?' };
    expect(quoteOf({ text: list, language: 'en' }, asked)).toBe('For the registration you need:\n- a passport');
    const short = 'Ja. Bis zum Vortag ist das kostenlos möglich. Danach kostet es 40 Euro.';
    const quote = quoteOf({ text: short, language: 'de' }, { statements: ['Ja.'], question: 'Geht das?' });
    expect(quote).toBe('Ja. Bis zum Vortag ist das kostenlos möglich.');
  });

  it('quotes a row whole: a price without its article says nothing', () => {
    const text = 'Artikel: Lampe Aurora; Preis: 40 EUR. Farbe: blau';
    const asked = { statements: ['40 EUR'], question: 'Was kostet sie?' };
    expect(quoteOf({ text, language: 'de', row: 3 }, asked)).toBe(text);
  });

  it('quotes of an endless sentence what is near the answer, and marks both ends', () => {
    const clause = (at: number) => `the part with the number ${at * 1111} lies in the room ${at}, `;
    const text = `${Array.from({ length: 20 }, (_, at) => clause(at + 1)).join('')}and that is all`;
    const quote = quoteOf({ text, language: 'en' }, { statements: ['It is 12221.'], question: 'Which number?' });
    expect(quote).toContain('12221');
    expect(quote.length).toBeLessThanOrEqual(300);
    expect(quote).toMatch(/^….*…$/);
    expect(text).toContain(quote.slice(1, -1));
  });

  it('never says what does not stand there, whatever is said and asked', () => {
    const words = fc.constantFrom(
      'Lampe',
      'kostet',
      '40',
      'Euro.',
      'Ja.',
      'Dr.',
      '\n- ',
      'Ende!',
      'שלום',
      'да',
      ':\n',
      ';',
    );
    const line = fc.array(words, { maxLength: 90 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(line, line, line, (text, statement, question) => {
        const quote = quoteOf({ text, language: 'de' }, { statements: [statement], question });
        expect(quote.length).toBeLessThanOrEqual(300);
        for (const part of quote.split(' … ')) expect(text).toContain(part.replace(/^…|…$/g, ''));
        expect(quote === '').toBe(text.trim() === '');
      }),
    );
  });

  it('carries page, row and address of its passage, and one quote for what was said in two places', () => {
    const first = {
      ...passage(1, 'We open at nine. We close at six. Parking is free.'),
      page: 4,
      url: 'https://a.example',
    };
    const answer = said('Open from nine [1]. Until six [1].', 1);
    const { cited, statements } = answer;
    expect(citationsOf({ cited, statements, text: '' }, [first], 'When?')).toEqual([
      {
        source: 'faq',
        document: 'd1',
        chunk: 'k1',
        score: 0.9,
        title: 'Title 1',
        url: 'https://a.example',
        page: 4,
        quote: 'We open at nine. We close at six.',
      },
    ]);
  });

  it('with its mark before all words is found by all of them', () => {
    const { cited, statements } = said('[1] Parking is free.', 1);
    const [citation] = citationsOf(
      { cited, statements, text: 'Parking is free.' },
      [passage(1, 'We open at nine. Parking is free for all who come by car.')],
      'Where do I park?',
    );
    expect(citation?.quote).toBe('Parking is free for all who come by car.');
  });
});

/** Questions of XQuAD, answered in the words of the question and those of the answer. */
it.each(['en', 'de', 'es'])(
  'in %s the sentence with the answer is quoted for nine of ten questions',
  async (language) => {
    const file = new URL(`../../fixtures/retrieval/xquad.${language}.json`, import.meta.url);
    const { data } = JSON.parse(await readFile(file, 'utf8')) as {
      data: {
        paragraphs: {
          context: string;
          qas: { question: string; answers: { text: string; answer_start: number }[] }[];
        }[];
      }[];
    };
    let asked = 0;
    let right = 0;
    // Every third paragraph: enough to tell, and quick.
    for (const { context, qas } of data.flatMap(({ paragraphs }) => paragraphs).filter((_, at) => at % 3 === 0)) {
      const sentences = splitSentences(context, language);
      for (const { question, answers } of qas) {
        const [answer] = answers;
        if (answer === undefined) continue;
        let end = 0;
        const carrying = sentences.find((sentence) => {
          end += sentence.length;
          return end > answer.answer_start;
        });
        const statements = [`${question.replace(/[¿?]/g, '')} ${answer.text}`];
        const quote = quoteOf({ text: context, language }, { statements, question });
        asked += 1;
        const sentence = carrying?.trim() ?? '';
        if (quote.includes(sentence) || (sentence.length > 300 && quote.includes(answer.text))) right += 1;
      }
    }
    expect(asked).toBeGreaterThan(350);
    expect(right / asked).toBeGreaterThan(0.9);
  },
);
