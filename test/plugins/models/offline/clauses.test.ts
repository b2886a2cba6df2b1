import { newStemmer } from 'snowball-stemmers';
import { describe, expect, it } from 'vitest';
import { wordClasses } from '../../../../core/knowledge/word-classes.ts';
import { askedAmong } from '../../../../plugins/models/offline/clauses.ts';
import { createLexicons } from '../../../../plugins/models/offline/lexicon.ts';
import { writtenOut } from '../../../../plugins/models/offline/shorthand.ts';
import { createStemming } from '../../../../plugins/models/offline/stemming.ts';

const lexicons = createLexicons(createStemming(newStemmer), wordClasses);

describe('of a message of several clauses', () => {
  it.each([
    ['de', 'Hallo, ich wohne in Kassel und habe kein Auto. Wo fährt der Bus ab?', /^Wo /, 'Kassel'],
    ['en', 'I am in town on Friday, can I hire a tandem?', /^can I hire/, 'Friday'],
    ['fr', 'Je suis malade, comment annuler mon cours ?', /^comment/, 'malade'],
    ['es', 'Vivo en Gijón, ¿cuánto tarda el envío?', /cuánto/, 'Gijón'],
    ['ru', 'Живу в Хайфе, сколько стоит доставка?', /^сколько/, 'Хайфе'],
    ['he', 'אני גר בעכו, כמה עולה משלוח?', /^כמה/, 'בעכו'],
  ])('in %s the one that asks is asked, beside what the others tell: %s', (language, text, own, topic) => {
    const among = askedAmong(text, lexicons(language));
    expect(among?.own).toMatch(own);
    expect(among?.topic).toContain(topic);
  });

  it('a question without a thing of its own goes with what stands before it', () => {
    const among = askedAmong('I come on Monday. My tyre is flat, is that a problem?', lexicons('en'));
    expect(among?.own).toBe('My tyre is flat is that a problem?');
  });

  it('an alternative is no second question, and one clause is left as it is', () => {
    expect(askedAmong('Can I take the bike with me or does it stay in the shop?', lexicons('en'))).toBeUndefined();
    expect(askedAmong('What does a service cost?', lexicons('en'))).toBeUndefined();
  });
});

it('short forms are read in full', () => {
  expect(writtenOut('Wann gibts denn Essen', lexicons('de').shortForms)).toBe('Wann gibt es denn Essen');
  expect(writtenOut('Whats ur address', lexicons('en').shortForms)).toBe('what is your address');
});
