import { fold, wordsOf } from './words.ts';

const particles = new Set('an auf ab aus zu ein um zurück los weg fest mit nach vor hin'.split(' '));
/** What may stand before the verb of a question or of a short statement. */
const openings = new Set(
  'wann wie wo was warum wieso wer ab wohin lange lang viel viele oft schnell uhr um hallo bitte und ich wir man er sie es'.split(
    ' ',
  ),
);
/** These have no particle: "Ist der Laden zu?", "Muss ich da mit?" */
const others = new Set(
  'ist sind bin war waren wird werden kann können muss müssen soll sollen darf dürfen will wollen'.split(' '),
);

const determiner =
  /^(?:(?:m|d|s)?eine?[rsnm]?|kein(?:e[rsnm]?)?|(?:uns|eu)e?re?[rsnm]?|ihre?[rsnm]?|d(?:er|ie|as|en|em)|diese[rsnm]?)$/;

/** "Wann macht ihr auf?" as "Wann aufmacht ihr?": German parts its verbs, and documents have them in one. */
export function joinSeparated(text: string): string {
  const match = /^([^,.?!;]+?)\s+(\p{Ll}{2,6})\s*(?=[,.?!;]|$)/u.exec(text.trim());
  const particle = match?.[2];
  if (match === null || particle === undefined || !particles.has(particle)) return text;
  const clause = match[1] ?? '';
  // "Meine App zeigt nichts an": nouns are written with a capital.
  const verb = wordsOf(clause).find(
    ({ lower, surface }, at) =>
      !openings.has(lower) && !determiner.test(lower) && (at === 0 || !/^\p{Lu}/u.test(surface)),
  );
  if (verb === undefined || others.has(verb.lower) || fold(verb.lower).length < 3) return text;
  const joined = clause.replace(verb.surface, `${particle}${verb.lower}`);
  return joined + text.trim().slice(match[0].length);
}
