import { describe, expect, it } from 'vitest';
import type { Expectation, Observation } from '../../../../core/cli/bot-tests/expectation.ts';
import { judge } from '../../../../core/cli/bot-tests/judge.ts';
import type { Citation } from '../../../../core/contract/index.ts';

const citation: Citation = {
  source: 'prices',
  document: 'knowledge/prices.csv',
  chunk: 'c1',
  score: 0.9,
  title: 'Prices',
  quote: 'Krone: 690 EUR',
};
const seen: Observation = {
  text: 'Die Krone kostet 690 EUR, die Behandlung dauert 60 Minuten.',
  citations: [citation],
  outcome: 'answered',
  ownership: 'bot',
  events: ['channel.message.received', 'turn.started', 'turn.completed'],
  latencyMs: 120,
  language: 'de',
};
const bench = {
  texts: {
    unknown: { de: 'Das weiß ich leider nicht. {{ vars.phone }} hilft weiter.', en: 'I do not know that.' },
    greeting: { de: 'Guten Tag, hier ist der KI-Assistent.' },
  },
  languages: ['de', 'en'],
};
const failuresOf = (expected: Expectation, observed: Partial<Observation> = {}) =>
  judge(expected, { ...seen, ...observed }, bench);

describe('the judge of bot tests', () => {
  const passing: readonly [string, Expectation, Partial<Observation>?][] = [
    ['nothing is expected', {}],
    ['words stand in the answer, whatever their case and spacing', { contains: ['die  krone', '690 EUR'] }],
    ['a no-break space counts as a space', { contains: ['690 EUR'] }, { text: 'Es sind 690\u00a0EUR.' }],
    ['letters that are composed differently are one', { contains: ['für'] }, { text: 'fu\u0308r Sie' }],
    ['a regular expression matches', { matches: '\\d{3} EUR' }],
    ['a source is cited by its key', { cites: ['prices'] }],
    ['a source is cited by its document', { cites: ['knowledge/prices.csv'] }],
    ['the language is the one that is expected', { language: 'de' }],
    ['a language is known by its script', { language: 'he' }, { text: 'כן', language: 'en' }],
    ['a short answer has the language of its turn', { language: 'en' }, { text: 'OK.', language: 'en' }],
    ['the engine says that it did not know', { says: 'unknown' }, { outcome: 'unknown', text: 'Andere Worte.' }],
    [
      'a prepared text is said with its variables filled in',
      { says: 'unknown' },
      { text: 'Das weiß ich leider nicht. 030 123 hilft weiter.' },
    ],
    ['a prepared text is said in another language', { says: 'unknown' }, { text: 'I do not know that.' }],
    ['a human owns the conversation', { ownership: 'human' }, { ownership: 'human' }],
    ['events happened', { events: ['turn.completed'] }],
    ['the answer came in time', { maxLatencyMs: 120 }],
    [
      'what is not wanted is not there',
      { not: { contains: ['Moon'], cites: ['leaflets'], says: 'unknown', language: 'en' } },
    ],
  ];
  it.each(passing)('passes when %s', (_, expected, observed) => {
    expect(failuresOf(expected, observed)).toEqual([]);
  });

  const failing: readonly [string, Expectation, string, Partial<Observation>?][] = [
    ['a word is missing', { contains: ['Brücke'] }, 'expected “Brücke” in the answer'],
    ['one of two words is missing', { contains: ['Krone', 'Brücke'] }, 'expected “Brücke” in the answer'],
    ['nothing was said', { contains: ['Krone'] }, 'expected “Krone” in the answer', { text: '' }],
    ['a regular expression does not match', { matches: '^690' }, 'expected the answer to match /^690/'],
    ['another source is cited', { cites: ['leaflets'] }, 'it cites prices (knowledge/prices.csv)'],
    ['nothing is cited', { cites: ['prices'] }, 'it cites nothing', { citations: [] }],
    ['the language is another', { language: 'en' }, 'expected an answer in en; it is in de'],
    ['the bot knew', { says: 'unknown' }, 'expected the text “unknown”'],
    [
      'the bot owns the conversation',
      { ownership: 'human' },
      'expected the conversation to belong to human; it belongs to bot',
    ],
    ['an event did not happen', { events: ['handoff.requested'] }, 'expected the event handoff.requested'],
    ['the answer came late', { maxLatencyMs: 100 }, 'expected an answer within 100 ms; it took 120 ms'],
    ['an unwanted word is there', { not: { contains: ['Krone'] } }, 'did not expect “Krone” in the answer'],
    ['an unwanted source is cited', { not: { cites: ['prices'] } }, 'did not expect a citation of prices'],
    ['the bot did not know', { not: { says: 'unknown' } }, 'did not expect the text “unknown”', { outcome: 'unknown' }],
    ['a name is not a prepared text', { says: 'farewell' }, 'expected the text “farewell”'],
  ];
  it.each(failing)('fails, and says so, when %s', (_, expected, sentence, observed) => {
    const failures = failuresOf(expected, observed);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain(sentence);
  });

  it('names every expectation that does not hold', () => {
    expect(
      failuresOf({ contains: ['a b c'], cites: ['x'], ownership: 'human', not: { matches: 'Krone' } }),
    ).toHaveLength(4);
  });

  it('is not hung by a hostile expression', () => {
    expect(failuresOf({ matches: '(a+)+$' }, { text: `${'a'.repeat(50_000)}!` })).toHaveLength(1);
  });
});
