import { expect, it } from 'vitest';
import { averageLinkage } from '../../../core/knowledge/average-linkage.ts';
import { groupQuestions } from '../../../core/knowledge/unanswered-questions.ts';
import { seededRandom } from '../../kit/seeded-random.ts';
import { never } from './tenant-knowledge.ts';

const asked = (texts: readonly string[], language: string) =>
  texts.map((text, at) => ({ turn: `t${at}`, conversation: 'c', channel: 'web', text, language, at: 1000 - at }));

async function groupsOf(texts: readonly string[], language: string): Promise<readonly string[]> {
  const groups = await groupQuestions(asked(texts, language), never);
  return groups.map(({ question, alike }) => [question, ...alike].sort().join(' | ')).sort();
}

/** Each group in words of several people, and beside it another on the same thing. */
const paraphrases = {
  de: [
    ['Was kostet der Versand nach Österreich?', 'Versandkosten Österreich?', 'Wieviel kostet Versand nach Oesterreich'],
    ['Entsorgung alter Lampen', 'Altlampen entsorgen?', 'Kann ich meine alte Lampe bei Ihnen entsorgen?'],
    ['Bieten Sie Ratenzahlung an?', 'Ist eine Zahlung in Raten möglich?', 'Ratenzahlung möglich?'],
    ['Konto löschen', 'Ich möchte mein Konto löschen'],
    ['Liefern Sie in die Schweiz?', 'Lieferung in die Schweiz möglich?', 'Lieferung Schweiz'],
  ],
  en: [
    ['How much is shipping to Canada?', 'What does shipping to Canada cost?', 'shipping cost canada'],
    ['recycling of old lamps', 'Can I return my old lamp for recycling?'],
    ['Can the lamp be dimmed?', 'Is this lamp dimmable?', 'dimmable lamps?', 'Does the lamp have a dimmer?'],
    ['delete account', 'I want my account deleted', 'How do I delete my account?'],
    ['How long is the warranty on lamps?', 'lamp warranty years', 'What warranty do I get for a lamp?'],
  ],
  es: [
    ['gastos de envío Canarias', 'Coste de envío a las Canarias', '¿Cuánto cuesta el envío a Canarias?'],
    ['¿Está abierto el domingo?', 'horario domingo'],
    ['¿Puedo pagar a plazos?', '¿Se puede hacer el pago a plazos?', 'pago en plazos'],
    ['borrar cuenta', 'Quiero borrar la cuenta', '¿Cómo borro mi cuenta?'],
    ['lámparas regulables', '¿La lámpara es regulable?', '¿Se puede regular la lámpara?'],
  ],
} as const;

it.each(Object.entries(paraphrases))(
  'puts together what asks for the same in %s, in whichever order it came',
  async (language, groups) => {
    const random = seededRandom(7);
    const expected = groups.map((group) => [...group].sort().join(' | ')).sort();
    for (let order = 0; order < 20; order += 1) {
      const shuffled = groups
        .flat()
        .map((text) => ({ text, place: random.next() }))
        .sort((a, b) => a.place - b.place);
      expect(
        await groupsOf(
          shuffled.map(({ text }) => text),
          language,
        ),
      ).toEqual(expected);
    }
  },
);

it('holds apart what has only the topic in common, and names the latest of a group', async () => {
  const texts = [
    'Is there a blue lamp?',
    'Is the lamp made of glass?',
    'Can I rent a lamp?',
    'is there a BLUE lamp',
    'Blue lamps?',
  ];
  const [first, ...others] = await groupQuestions(asked(texts, 'en'), never);
  expect(first).toMatchObject({
    question: 'Is there a blue lamp?',
    count: 3,
    alike: ['is there a BLUE lamp', 'Blue lamps?'],
    turns: ['t0', 't3', 't4'],
  });
  expect(others.map(({ question }) => question)).toEqual(['Is the lamp made of glass?', 'Can I rent a lamp?']);
});

it('counts every time a wording was used, and takes questions without a word for one', async () => {
  const groups = await groupQuestions(asked(['?', 'Newsletter?', '!!', 'Newsletter?', 'Newsletter?'], 'en'), never);
  expect(groups.map(({ question, count, alike }) => [question, count, alike])).toEqual([
    ['Newsletter?', 3, []],
    ['?', 2, ['!!']],
  ]);
});

it('joins by the mean: a chain of neighbours is not one group', async () => {
  const near = (one: number, other: number) => (one === other ? 1 : Math.abs(one - other) === 1 ? 0.6 : 0);
  const matrix = (size: number) =>
    Float32Array.from({ length: size * size }, (_, at) => near(Math.floor(at / size), at % size));
  expect(await averageLinkage(matrix(4), 4, 0.5, never)).toEqual([
    [0, 1],
    [2, 3],
  ]);
  // The ends have nothing in common; the middle is like both.
  expect(await averageLinkage(matrix(3), 3, 0.3, never)).toEqual([[0, 1, 2]]);
  expect(await averageLinkage(matrix(3), 3, 0.31, never)).toEqual([[0, 1], [2]]);
  expect(await averageLinkage(new Float32Array(), 0, 0.5, never)).toEqual([]);
});

it('groups a thousand questions while others have their turn', async () => {
  const random = seededRandom(3);
  const word = () => String.fromCharCode(...Array.from({ length: 6 }, () => 97 + Math.floor(random.next() * 26)));
  const words = Array.from({ length: 40 }, word);
  const pick = () => words[Math.floor(random.next() * words.length)];
  const texts = Array.from({ length: 1000 }, () => `${pick()} ${pick()} ${pick()} ${word()}`);
  let turns = 0;
  const others = setInterval(() => {
    turns += 1;
  }, 1);
  const groups = await groupQuestions(asked(texts, 'en'), never);
  clearInterval(others);
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
  expect(turns).toBeGreaterThan(5);
});
