/**
 * Words a question is made with, which answers do not repeat: question words, helping verbs, articles, pronouns. In a small corpus
 * they are rare and would pass for what is asked. Lower case, as typed.
 */
const byLanguage: Readonly<Record<string, string>> = {
  de: `wer was wann wo woher wohin wie warum wieso weshalb welche welcher welches welchen welchem wessen wem wen wieviel womit
    wofür worauf der die das den dem des ein eine einen einem einer eines kein keine keinen und oder aber ist sind war waren bin
    bist sein wird werden wurde wurden hat habe haben hatte hatten kann können könnte muss müssen soll sollen darf dürfen will
    wollen möchte möchten mag gibt es ich du er sie wir ihr mich mir dich dir uns euch ihnen ihm ihn mein meine meinen dein deine
    unser unsere ihre ihren sich man zu zum zur in im an am auf bei beim mit nach von vom für aus über um bis durch als auch denn
    da dort hier noch schon so sehr viel viele viel hoch nicht bitte sagen dass ob wenn dabei etwa eigentlich mal dieser diese
    dieses diesen diesem jener jene jenes jenen jenem seine seiner seines seinen seinem ihrer ihres ihrem meiner meines meinem
    deinem deines deiner unseren unserem unseres euer eure euren eurem einige einiger einigen alle allen aller alles worden würde
    würden wäre wären sei seien gewesen habt hattest seid wirst hast dieselbe wovon worum wodurch woran worin wonach wogegen woraus
    wobei wozu wohinter zwischen ohne gegen unter vor während seit wegen gegenüber innerhalb außerhalb sowie sowohl bevor nachdem
    weil damit dazu davon daran dafür heißt heißen hieß hießen genannt nennt nennen name namen art arten billigste billigsten
    billigster günstigste günstigsten günstigster teuerste teuersten teuerster größte größten größter kleinste kleinsten beste
    besten bester`,
  en: `who what when where why how which whose whom the a an and or but is are was were be been am do does did has have had can
    could will would shall should may might must i you he she it we they me him her us them my your his its our their this that
    these those there here of in on at to for from by with about as into than then much many long some any not please tell if so
    also hers herself himself itself themselves yourself myself ours yours such same other others each every all both either
    neither most more less few several only just very too again between after before during under over above below within without
    against through among since until because while although whether being having doing done name names named call called kind
    kinds type types sort cheapest best largest biggest smallest highest lowest`,
  es: `quién quiénes qué cuándo dónde cómo cuál cuáles cuánto cuánta cuántos cuántas por para porque el la los las un una unos unas
    y e o u pero es son era eran fue fueron ser está están estoy hay ha han he había tiene tienen tengo tener puede puedo pueden
    poder debe debo hace hacer yo tú él ella usted nosotros ustedes ellos me te se nos le les lo mi mis tu tus su sus este esta
    esto ese esa eso a al de del en con sin sobre entre hasta desde como que si no muy más también aquel aquella aquellos aquellas
    esos esas estos estas cuyo cuya cuyos cuyas otro otra otros otras mismo misma mismos mismas algún alguna algunos algunas cada
    todo toda todos todas sido siendo estaba estaban estuvo hubo habían tenía tenían tuvo tuvieron podía podían pudo ante bajo
    contra durante mediante según tras antes después donde cuando quien quienes cual cuales aunque mientras ni ya nombre nombres
    llama llaman llamaba llamó llamado llamada tipo tipos clase mejor mayor menor`,
  fr: `qui que quoi quand où comment pourquoi quel quelle quels quelles combien lequel laquelle le la les l un une des d du de et
    ou mais est sont était étaient être suis es a ont ai as avait avoir peut peux peuvent puis pouvoir doit dois faut fait faire y
    il elle on je j tu nous vous ils elles me m te t se s lui leur mon ma mes ton ta tes son sa ses notre nos votre vos leurs ce c
    cet cette ces ça à au aux en dans sur sous par pour avec sans chez jusqu qu n ne pas plus très aussi si comme cela celui celle
    ceux celles auquel duquel desquels dont tout toute tous toutes chaque autre autres même mêmes plusieurs quelques été étant sera
    seront serait avaient eu fut furent pouvait devait entre contre pendant depuis avant après vers selon lors parce car ni donc
    puisque nom noms appelle appellent appelé appelée type types genre sorte moins meilleur meilleure`,
  ru: `кто кого кому кем что чего чему чем когда где куда откуда как какой какая какое какие какого какую каком каких почему зачем
    сколько который которая чей и или а но ли же бы не ни да есть был была было были быть будет будут это этот эта эти тот та те я
    ты он она оно мы вы они меня мне тебя тебе его ему ее её ей нас нам вас вам их им мой моя мои ваш ваша ваши в во на с со к ко о
    об от до из у за по для при над под без через можно нужно надо может могу могут какими каким какому какою чье чьи чьей которого
    которой которых которому которым которые свой своя свое свои своего своей своих этого этой этих этому этим того той тех тому
    тем весь вся все всех сам сама сами себя себе друг другой другие другая такой такая такие также еще уже только более менее
    очень чтобы потому после перед между около против время является являются стал стала стали мог могла могли называется
    называются назывался называлась зовут название имя вид тип самый самая самое самые самого самой самых`,
  he: `מי מה מתי איפה היכן איך למה מדוע כמה איזה איזו אילו האם של את אני אתה הוא היא אנחנו אתם הם לי לך לו לה לנו לכם להם זה זו זאת
    אלה יש אין היה הייתה היו יהיה על עם אל מן בין עד כי אם או גם לא כן אפשר צריך יכול איזהו שלו שלה שלהם שלי שלך שלנו שלכם אותו
    אותה אותם אותי אותך אחר אחרת אחרים כל כמו רק עוד יותר פחות מאוד כבר אחרי לפני תחת נגד דרך בתוך מתוך כאשר כדי כך אך אבל אשר שהוא
    שהיא היתה תהיה יהיו להיות נקרא נקראת נקראו שם סוג הכי ביותר`,
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
