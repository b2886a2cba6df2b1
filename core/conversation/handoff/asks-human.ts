/**
 * Ways to ask for a human, as stems: `~` stands for the rest of a word, `…` for up to four words in between. Few and plain: a missed
 * request is asked again, a wrong hand-over takes a person's time.
 */
const phrases: Readonly<Record<string, readonly string[]>> = {
  de: [
    'mit … mensch~ … sprechen',
    'mit … mensch~ … reden',
    'mit … mitarbeiter~ … sprechen',
    'mit … mitarbeiter~ … reden',
    'mit jemand~ sprechen',
    'mit jemand~ reden',
    'mit … person … sprechen',
    'mit … berater~ … sprechen',
    'will … einen menschen',
    'möchte … einen menschen',
    'brauche … einen menschen',
    'einen menschen bitte',
    'echten menschen',
    'echte person',
    'richtigen menschen',
    'verbinden sie mich',
    'verbinde mich',
    'kein~ bot',
    'kein~ roboter',
    'kein~ computer',
    'sprechen … mit … mensch~',
    'menschlich~ mitarbeiter~',
    'rufen sie mich … an',
    'rückruf',
  ],
  en: [
    'speak … to … human',
    'speak … to … person',
    'speak … to … someone',
    'speak … to … agent',
    'speak … with … human',
    'speak … with … person',
    'speak … with … someone',
    'speak … with … agent',
    'talk … to … human',
    'talk … to … person',
    'talk … to … someone',
    'talk … to … agent',
    'talk … with … human',
    'talk … with … person',
    'talk … with … someone',
    'speak … to … operator',
    'talk … to … operator',
    'want a human',
    'need a human',
    'get … a human',
    'a human please',
    'real person',
    'real human',
    'human agent',
    'human being please',
    'live agent',
    'customer service representative',
    'put me through',
    'connect me … to',
    'connect me … with',
    'transfer me',
    'not a bot',
    'not a robot',
    'call me back',
  ],
  es: [
    'hablar … con … persona',
    'hablar … con … humano',
    'hablar … con … alguien',
    'hablar … con … agente',
    'hablar … con … operador~',
    'hablar … con … asesor~',
    'persona real',
    'agente humano',
    'un humano',
    'páseme con',
    'pásame con',
    'comuníqueme con',
    'comunícame con',
    'no … un robot',
    'no … un bot',
    'llámenme',
    'que me llamen',
  ],
  fr: [
    'parler … à … personne',
    'parler … à … humain',
    'parler … à … quelqu un',
    'parler … à … conseill~',
    'parler … avec … personne',
    'parler … avec … humain',
    'parler … avec … quelqu un',
    'parler … avec … conseill~',
    'un humain',
    'une vraie personne',
    'personne réelle',
    'passez moi',
    'mettez moi en relation',
    'pas … un robot',
    'rappelez moi',
  ],
  he: [
    'לדבר עם … בן אדם',
    'לדבר עם … אדם',
    'לדבר עם … נציג',
    'לדבר עם … נציגה',
    'לדבר עם … מישהו',
    'נציג אנושי',
    'מענה אנושי',
    'תעבירו אותי',
    'תעביר אותי',
    'תחזרו אלי',
    'שיחזרו אלי',
    'לא רובוט',
  ],
  ru: [
    'поговорить … с … человек~',
    'говорить … с … человек~',
    'поговорить … с … оператор~',
    'говорить … с … оператор~',
    'поговорить … с … сотрудник~',
    'поговорить … с … менеджер~',
    'связаться … с … оператор~',
    'соедините … с',
    'переключите … на',
    'позовите … оператор~',
    'позовите … человек~',
    'живой человек',
    'живого человека',
    'живым человеком',
    'нужен оператор',
    'нужен человек',
    'не бот~',
    'не с роботом',
    'перезвоните',
  ],
  it: [
    'parlare … con … persona',
    'parlare … con … operatore',
    'parlare … con … qualcuno',
    'operatore umano',
    'persona reale',
    'mi passi',
    'richiamatemi',
  ],
  nl: [
    'spreken … met … mens',
    'spreken … met … medewerker',
    'met … mens … spreken',
    'met … medewerker … spreken',
    'met iemand spreken',
    'met iemand praten',
    'echt mens',
    'echte persoon',
    'verbind me door',
    'bel me terug',
  ],
  pt: [
    'falar … com … pessoa',
    'falar … com … humano',
    'falar … com … alguém',
    'falar … com … atendente',
    'pessoa real',
    'atendente humano',
  ],
  pl: [
    'rozmawiać … z … człowiekiem',
    'rozmawiać … z … konsultantem',
    'porozmawiać … z … człowiekiem',
    'porozmawiać … z … konsultantem',
    'połącz~ mnie',
  ],
  tr: ['bir insanla', 'temsilciyle görüş~', 'müşteri temsilcisi', 'gerçek bir kişi~'],
  uk: [
    'поговорити … з … людиною',
    'поговорити … з … оператором',
    'жива людина',
    'з’єднайте … з',
    'покличте … оператор~',
  ],
  ar: ['التحدث … مع … شخص', 'التحدث … مع … موظف', 'أريد … موظف', 'شخص حقيقي'],
};

/** One pattern of all: it passes over the text once, and not once a phrase. */
const anyPhrase = new RegExp(
  ` (?:${Object.values(phrases)
    .flatMap((list) => list.map(patternOf))
    .join('|')})`,
  'u',
);

/** A message that is nothing but this, with or without a please: in a sentence about something else it asks for nobody. */
const alone: ReadonlySet<string> = new Set(
  [
    'human|a human|operator|agent|representative|person|real person|mensch|ein mensch|mitarbeiter|berater|bediener',
    'humano|humana|un humano|agente|operador|asesor|persona|humain|un humain|conseiller|une personne|opérateur',
    'оператор|человек|оператора|людина|נציג|נציגה|בן אדם|operatore|persona reale|medewerker|mens|atendente|pessoa|konsultant|człowiek|موظف|إنسان',
  ].flatMap((list) => list.split('|')),
);

const please =
  / (?:please|bitte|por favor|s il vous plaît|svp|пожалуйста|будь ласка|בבקשה|per favore|graag|proszę|lütfen|من فضلك)$/u;

/** Whether the text asks for a human, in any language we know: people under stress fall back to their own. */
export function asksForHuman(text: string): boolean {
  const words = ` ${wordsOf(text).slice(0, 2000)} `;
  return anyPhrase.test(words) || (text.length < 60 && alone.has(wordsOf(text).replace(please, '')));
}

/** A yes and nothing else, with or without a please. */
const yes: ReadonlySet<string> = new Set(
  [
    'ja|ja bitte|ja gerne|ja gern|gerne|gern|bitte|bitte ja|ja klar|klar|okay|ok|ja verbinden|jawohl|einverstanden',
    'yes|yes please|yeah|yep|sure|please|please do|ok please|yes sure|of course',
    'oui|oui s il vous plaît|oui svp|oui merci|volontiers|d accord|bien sûr|oui volontiers|s il vous plaît',
    'sí|si|sí por favor|si por favor|claro|claro que sí|vale|por favor|de acuerdo|bueno',
    'да|да пожалуйста|давайте|хорошо|конечно|пожалуйста|да давайте|ладно|да конечно',
    'כן|כן בבקשה|בבקשה|בטח|בסדר|אשמח|כן אשמח|כן תודה',
    'sì|sì grazie|va bene|sim|sim por favor|tak|tak proszę|evet|evet lütfen|так|так будь ласка|نعم|نعم من فضلك|graag|ja graag',
  ].flatMap((list) => list.split('|')),
);

export function saysYes(text: string): boolean {
  return text.length < 60 && yes.has(wordsOf(text));
}

function wordsOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The gap is bounded and words have no spaces in them, so no text makes this slow. */
function patternOf(phrase: string): string {
  return phrase
    .split(' ')
    .map((word) => {
      if (word === '…') return '(?:\\S+ ){0,4}';
      const stem = wordsOf(word).replace(/ /g, ' ');
      return `${stem}${word.endsWith('~') ? '\\S*' : ''} `;
    })
    .join('');
}
