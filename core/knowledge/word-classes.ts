import { german } from './word-classes/de.ts';
import { english } from './word-classes/en.ts';
import { spanish } from './word-classes/es.ts';
import { french } from './word-classes/fr.ts';
import { hebrew } from './word-classes/he.ts';
import { russian } from './word-classes/ru.ts';

/**
 * Words that people and documents use for one thing, by primary language tag; a class is words between spaces, in lower case. Searches
 * and models look for the whole class where one of it is asked for. Forms that a stemmer makes alike stand once. What names two
 * different things may stand in two classes; what is only near in meaning stands in none, because it would answer wrongly.
 */
export const wordClasses: Readonly<Record<string, readonly string[]>> = {
  de: german,
  en: english,
  es: spanish,
  fr: french,
  he: hebrew,
  ru: russian,
};
