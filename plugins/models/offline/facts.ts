import type { Lexicon } from './lexicon.ts';
import type { AnswerType } from './phrases/phrasebook.ts';

/** After a number in words: "four euros". */
const currency =
  /(^|\s)(euros?|dollars?|pounds?|cents?|francs?|franken|pesos?|шекел\p{L}*|рубл\p{L}*|евро|שקלים|שקל)(?=[\s.,;]|$)/iu;
const phone = /(?:\+|\b0)[\d\s()/.-]{6,}\d|\d{3}[\s-]?\d{3,}/;
const email = /[^\s@]+@[^\s@]+\.[^\s@]+/;
const site = /(?<![\p{L}\d@.])(?:[\w-]{2,}\.)+[a-z]{2,}(?:\/\S*)?(?![\p{L}\d])/u;

/** A number behind the name of a street, or a postal code before that of a town. */
const address = new RegExp(
  [
    '(?<!\\d)\\d{4,6} \\p{Lu}\\p{Ll}+',
    '\\p{L}*(?:straße|strasse|str\\.|weg|platz|allee|ring|damm|ufer|gasse) \\d',
    '(?:rue|avenue|boulevard|quai|calle|avenida|plaza|paseo|улица|улице|ул\\.|проспект|проспекте|שדרות|ב?רחוב) [^.;]{2,40}?\\d',
    '\\d+[a-z]?,? (?:rue|avenue|boulevard|quai|(?:\\p{Lu}\\p{L}+ ){1,3}(?:Street|Road|Lane|Avenue|Square|Drive|Way|Court))(?!\\p{L})',
    '(?:Am|An der|Im|Auf der) \\p{Lu}\\p{L}+ \\d',
  ]
    .map((shape) => `(?<!\\p{L})(?:${shape})`)
    .join('|'),
  'u',
);

/** Whether a text has such a fact at all. */
export function states(text: string, type: AnswerType, lexicon: Lexicon): boolean {
  if (type === 'phone') return phone.test(text);
  if (type === 'email') return email.test(text);
  if (type === 'price' && currency.test(text) && lexicon.book.signs.quantity?.test(text) === true) return true;
  return lexicon.book.signs[type]?.test(text) !== false;
}

/** From one hour to another: "8 to 6 pm", "8 h à 19 h", "с 9 до 20". */
const hours =
  /\d{1,2}(?:[:.h]\d{2})?\s?(?:uhr|h|am|pm|a\.m\.|p\.m\.|часов|часа|horas)?\s?(?:bis|to|until|till|à|a|y las|do|до|עד|-|–)\s?(?:las )?\d{1,2}(?![\d.,]*\s?(?:€|euro|%|prozent|kilo|meter))/iu;

export function statesHours(text: string): boolean {
  return hours.test(text);
}

export function statesAddress(text: string): boolean {
  return address.test(text);
}

/** `contact` where it names whom or what to turn to, `yes` where it otherwise says how something is done. */
export function tellsWay(text: string, lexicon: Lexicon): 'contact' | 'yes' | 'no' {
  if (email.test(text) || phone.test(text) || site.test(text)) return 'contact';
  return lexicon.book.way.test(text) ? 'yes' : 'no';
}
