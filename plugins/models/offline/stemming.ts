import { fold } from './words.ts';

/** All forms under which a word may be found; the first is the usual one. */
export type Stemming = (word: string, language: string) => readonly string[];

export type NewStemmer = (algorithm: string) => { stem(word: string): string };

const algorithms: Readonly<Record<string, string>> = {
  da: 'danish',
  de: 'german',
  en: 'english',
  es: 'spanish',
  fi: 'finnish',
  fr: 'french',
  hu: 'hungarian',
  it: 'italian',
  nl: 'dutch',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sv: 'swedish',
  tr: 'turkish',
};

/** Words are few and come again and again; past this many the memory starts afresh. */
const maxRemembered = 20_000;

export function createStemming(newStemmer: NewStemmer): Stemming {
  const stemmers = new Map<string, (word: string) => string>();
  const remembered = new Map<string, readonly string[]>();
  const stemmerFor = (language: string): ((word: string) => string) => {
    const known = stemmers.get(language);
    if (known !== undefined) return known;
    const algorithm = algorithms[language];
    const stemmer = algorithm === undefined ? undefined : newStemmer(algorithm);
    const stem = stemmer === undefined ? (word: string) => word : (word: string) => stemmer.stem(word);
    stemmers.set(language, stem);
    return stem;
  };
  return (word, language) => {
    const key = `${language}:${word}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    if (remembered.size >= maxRemembered) remembered.clear();
    const forms = formsOf(word, language, stemmerFor(language));
    remembered.set(key, forms);
    return forms;
  };
}

function formsOf(word: string, language: string, stem: (word: string) => string): readonly string[] {
  if (word.length === 1 || /\d/.test(word)) return [fold(word)];
  if (/\p{Script=Hebrew}/u.test(word)) return hebrewForms(fold(word));
  if (/\p{Script=Cyrillic}/u.test(word) && language !== 'ru') return [fold(word)];
  const stemmed = fold(stem(word));
  const forms = new Set([stemmed]);
  if (language === 'de') {
    for (const form of germanForms(fold(word), stem)) forms.add(form);
    // "geoeffnet" is typed where there is no "ö"; "neue" and "Steuer" gain a form that nothing else has.
    if (/[aou]e/.test(word)) {
      const spelt = word.replace(/([aou])e/g, '$1\u0308').normalize('NFC');
      forms.add(fold(stem(spelt)));
      for (const form of germanForms(fold(spelt), stem)) forms.add(form);
    }
  }
  // "клубный" is what belongs to a "клуб".
  if (language === 'ru' && /^.{4,}н$/u.test(stemmed)) forms.add(stemmed.slice(0, -1));
  // "coût" and "coûte", "cuota" and "cuotas": the stemmer leaves a vowel on one of them.
  if (language === 'fr') for (const trade of tradesOf(word)) forms.add(fold(stem(trade)));
  if (language === 'fr' || language === 'es') forms.add(stemmed.replace(/[aeiou]$/, ''));
  forms.add(fold(word));
  return [...forms].filter((form) => form.length > 1);
}

/** What a "serrurier" and a "coiffeur" do is "serrurerie" and "coiffure". */
function tradesOf(word: string): readonly string[] {
  const maker = /^(.{4,}?)(?:i?er|i?ère)s?$/u.exec(word)?.[1];
  const doer = /^(.{4,})(?:eur|euse)s?$/u.exec(word)?.[1];
  return [
    ...(maker === undefined ? [] : [`${maker}erie`]),
    ...(doer === undefined ? [] : [`${doer}ure`, `${doer}age`, `${doer}erie`]),
  ];
}

/** "geöffnet" and "öffnen", "angemeldet" and "anmelden", "dauert" and "Dauer": what Snowball keeps apart. */
function germanForms(word: string, stem: (word: string) => string): readonly string[] {
  const forms: string[] = [];
  const participle =
    /^(ab|an|auf|aus|bei|ein|mit|nach|vor|zu|um|durch|frei|fest|los|weg|zuruck)?ge(.{4,}?)(e?t|en)$/.exec(word);
  if (participle !== null) forms.push(`${participle[1] ?? ''}${participle[2] ?? ''}`);
  const infinitive = /^(ab|an|auf|aus|bei|ein|mit|nach|vor|um)zu(.{4,}en)$/.exec(word);
  if (infinitive !== null) forms.push(fold(stem(`${infinitive[1] ?? ''}${infinitive[2] ?? ''}`)));
  const towards = /^(?:hin|her|rein|raus|rauf|runter|rüber)(.{4,}(?:en|e|t))$/.exec(word)?.[1];
  if (towards !== undefined) forms.push(fold(stem(towards)));
  if (/[^aeiou]e?t$/.test(word) && word.length >= 6) forms.push(word.replace(/e?t$/, ''));
  return forms;
}

const finalLetters: Readonly<Record<string, string>> = { ך: 'כ', ם: 'מ', ן: 'נ', ף: 'פ', ץ: 'צ' };

/** Snowball has no Hebrew: prefixes (and, the, in, to, from, that, as) and the plural and construct endings are taken off. */
function hebrewForms(word: string): readonly string[] {
  const forms = new Set<string>();
  const bases = [word];
  let rest = word;
  for (let count = 0; count < 2 && rest.length > 3 && /^[והבלמשכ]/u.test(rest); count++) {
    rest = rest.slice(1);
    bases.push(rest);
  }
  for (const base of bases) {
    forms.add(medial(base));
    const root = base.replace(/(ויות|יות|יים|ים|ות|ית|ה|ת|י)$/u, '');
    if (root !== base && root.length >= 3) forms.add(medial(root));
  }
  return [...forms];
}

function medial(word: string): string {
  const last = word.at(-1) ?? '';
  return word.slice(0, -1) + (finalLetters[last] ?? last);
}
