/**
 * Words a question is made with, which answers do not repeat: question words, helping verbs, articles, pronouns. In a small corpus
 * they are rare and would pass for what is asked. Lower case, as typed.
 */
const byLanguage: Readonly<Record<string, string>> = {
  de: `wer was wann wo woher wohin wie warum wieso weshalb welche welcher welches welchen welchem wessen wem wen wieviel womit wofür
    worauf der die das den dem des ein eine einen einem einer eines kein keine keinen und oder aber ist sind war waren bin bist sein wird
    werden wurde wurden hat habe haben hatte hatten kann können könnte muss müssen soll sollen darf dürfen will wollen möchte möchten mag
    gibt es ich du er sie wir ihr mich mir dich dir uns euch ihnen ihm ihn mein meine meinen dein deine unser unsere ihre ihren sich man
    zu zum zur in im an am auf bei beim mit nach von vom für aus über um bis durch als auch denn da dort hier noch schon so sehr viel viele
    viel hoch nicht bitte sagen dass ob wenn dabei etwa eigentlich mal`,
  en: `who what when where why how which whose whom the a an and or but is are was were be been am do does did has have had can could will
    would shall should may might must i you he she it we they me him her us them my your his its our their this that these those there
    here of in on at to for from by with about as into than then much many long some any not please tell if so also`,
  es: `quién quiénes qué cuándo dónde cómo cuál cuáles cuánto cuánta cuántos cuántas por para porque el la los las un una unos unas y e o u
    pero es son era eran fue fueron ser está están estoy hay ha han he había tiene tienen tengo tener puede puedo pueden poder debe debo
    hace hacer yo tú él ella usted nosotros ustedes ellos me te se nos le les lo mi mis tu tus su sus este esta esto ese esa eso a al de
    del en con sin sobre entre hasta desde como que si no muy más también`,
  fr: `qui que quoi quand où comment pourquoi quel quelle quels quelles combien lequel laquelle le la les l un une des d du de et ou mais
    est sont était étaient être suis es a ont ai as avait avoir peut peux peuvent puis pouvoir doit dois faut fait faire y il elle on je j
    tu nous vous ils elles me m te t se s lui leur mon ma mes ton ta tes son sa ses notre nos votre vos leurs ce c cet cette ces ça à au
    aux en dans sur sous par pour avec sans chez jusqu qu n ne pas plus très aussi si comme`,
  ru: `кто кого кому кем что чего чему чем когда где куда откуда как какой какая какое какие какого какую каком каких почему зачем сколько
    который которая чей и или а но ли же бы не ни да есть был была было были быть будет будут это этот эта эти тот та те я ты он она оно
    мы вы они меня мне тебя тебе его ему ее её ей нас нам вас вам их им мой моя мои ваш ваша ваши в во на с со к ко о об от до из у за по
    для при над под без через можно нужно надо может могу могут`,
  he: `מי מה מתי איפה היכן איך למה מדוע כמה איזה איזו אילו האם של את אני אתה הוא היא אנחנו אתם הם לי לך לו לה לנו לכם להם זה זו זאת אלה
    יש אין היה הייתה היו יהיה על עם אל מן בין עד כי אם או גם לא כן אפשר צריך יכול איזהו`,
};

const sets = new Map<string, ReadonlySet<string>>();

/** `language` is a primary tag; languages without a list have no function words. */
export function isFunctionWord(word: string, language: string): boolean {
  let set = sets.get(language);
  if (set === undefined) {
    const list = byLanguage[language];
    if (list === undefined) return false;
    set = new Set(list.replaceAll('ß', 'ss').replaceAll('ё', 'е').split(/\s+/));
    sets.set(language, set);
  }
  return set.has(word);
}
