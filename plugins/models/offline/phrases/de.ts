import type { Phrasebook } from './phrasebook.ts';

export const de: Phrasebook = {
  stemmer: 'german',
  stopWords: `problem letzte letztes letzten nächste nächsten gestern leider mich weiß wüsste
    kriege kriegen kriegst kriegt wieder neben nahe nähe dran bloß halt nämlich sache sachen ding dinge anderes hinter
    suche suchen such suchst benötige benötigen hätte wünsche wünschen interessiere interessiert danach davor vorher vorab nachher zuerst drin rein raus ruhig trotzdem allein alleine jemand jemanden niemand etwas sonst zusätzlich gleich direkt nochmal schonmal bisschen paar herausfinden erfahren
    abläuft ablaufen möglichkeit möglichkeiten weise arten nen ne nem aufs ans wieviele wievielen euren euer heute passiert passieren schnellste selber gerne eins bringt bringen unterschied unterschiede zwischen vergleich vergleiche vergleichen unterscheidet unterscheiden aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist bitte da dabei
    dadurch dafür dagegen daher dann daran darauf daraus darf darfst darüber darum das dass davon dazu dein deine dem den denn der
    deren des dessen die dies diese diesem diesen dieser dieses dir doch dort du durch dürfen ebenfalls eigentlich ein eine einem
    einen einer eines einfach er es etwa etwas euch euer eure für gar geben gegeben gegen geht genau gerade gern gerne gibt habe
    haben hast hat hatte hätte hätten hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins irgendwie ist ja jede jedem
    jeden jeder jedes jetzt kann kannst kein keine können könnte könnten könntest lassen mal man mehr mein meine meinem meinen
    meiner mich mir mit möchte möchten müssen muss musst nach nein nicht noch nun nur ob oder ohne schon sehr sein seine sich sie
    sind so soll sollen sollte sonst über um und uns unser unsere unserem unseren unter viel viele vielleicht vom von vor war
    waren wann warum was weil welche welchem welchen welcher welches wem wen wenn wer werde werden wie wieso wieviel will wir wird wo
    wofür woher wohin wollen wollte womit worauf würde würden zu zum zur zwar überhaupt eben halt eh mach machen macht tun tut
    bekomme bekommen brauche brauchen braucht wissen sagen erklären hoch gross groß lang lange heißt bedeutet eigenen eigene eigener genauer weitere frage fragen wollte zeigt habt seid gebt könnt wollt kaufen verkauft verkaufen bietet anbieten`,
  shortForms:
    'gibts=gibt es|gehts=geht es|dauerts=dauert es|kostets=kostet es|wenns=wenn es|obs=ob es|hats=hat es|ists=ist es|isses=ist es|machts=macht es|läufts=läuft es|klappts=klappt es|brauchts=braucht es|wies=wie es|wanns=wann es|wos=wo es|haste=hast du|kannste=kannst du|nich=nicht|net=nicht|is=ist|ne=eine|nen=einen|nem=einem|ner=einer|nix=nichts|aufm=auf dem|mitm=mit dem|fürs=für das|hab=habe|würd=würde|wär=wäre|tel=telefon',
  smallTalk: {
    greeting:
      'hallo|hallo zusammen|hi|hey|guten tag|guten morgen|guten abend|moin|moin moin|servus|grüß gott|grüezi|schönen guten tag|tach|na',
    wellbeing: 'wie geht es dir|wie geht es ihnen|wie gehts|wie geht s|wie gehts dir|alles gut|alles klar bei dir',
    thanks:
      'danke|vielen dank|danke schön|dankeschön|besten dank|herzlichen dank|tausend dank|danke dir|danke ihnen|ich danke ihnen|danke für die hilfe|danke für die auskunft|danke für die information|merci|super danke|danke sehr|vielen lieben dank|lieben dank',
    goodbye:
      'tschüss|tschüs|tschau|ciao|auf wiedersehen|auf wiederhören|bis bald|bis dann|bis später|schönen tag noch|einen schönen tag|schönen abend|gute nacht|mach s gut|das war alles|das war s|mehr brauche ich nicht',
    identity:
      'wer bist du|wer sind sie|bist du ein mensch|sind sie ein mensch|bist du ein bot|sind sie ein bot|bist du ein roboter|sind sie ein roboter|bist du eine ki|sind sie eine ki|bist du echt|spreche ich mit einem menschen|spreche ich mit einem bot|spreche ich mit einer maschine|rede ich mit einem menschen|mit wem spreche ich|mit wem schreibe ich|wie heißt du|wie heißen sie|was bist du|sind sie eine echte person',
    help: 'hilfe|ich brauche hilfe|was kannst du|was können sie|was kannst du alles|wobei kannst du helfen|wobei können sie helfen|wobei können sie mir helfen|können sie mir helfen|kannst du mir helfen|wie kannst du mir helfen|wie können sie mir helfen|was kann ich fragen|was weißt du|wie funktioniert das hier|ich habe eine frage|ich hätte eine frage|ich habe ein paar fragen|darf ich etwas fragen|kurze frage',
    yes: 'ja|ja bitte|ja gern|ja gerne|jawohl|jo|gern|gerne|ok|okay|klar|genau|richtig|stimmt|einverstanden|in ordnung|passt|ja genau|aha|verstehe|verstanden',
    no: 'nein|nein danke|ne|nee|nö|nicht nötig|lieber nicht|auf keinen fall',
    praise: 'super|toll|prima|perfekt|klasse|sehr gut|wunderbar|gut|sehr hilfreich|spitze|hervorragend',
    complaint:
      'das stimmt nicht|das ist falsch|falsch|das hilft mir nicht|das hilft nicht|das war nicht meine frage|das habe ich nicht gefragt|du verstehst mich nicht|sie verstehen mich nicht|blöd|schlecht|so ein mist',
  },
  fillers:
    'oder ein bot|oder ein mensch|oder eine maschine|oder ein roboter|bitte|mal|noch|ihnen|dir|sehr|so|dann|erst|erstmal|erst mal|nochmal|für alles|für ihre hilfe|für deine hilfe|liebes team|zusammen|ihr|da|auch',
  replies: {
    greeting: 'Guten Tag. Was möchten Sie wissen?',
    greetingAgain: 'Hallo. Womit kann ich helfen?',
    wellbeing: 'Danke, alles läuft. Was möchten Sie wissen?',
    thanks: 'Gern geschehen. Haben Sie noch eine Frage?',
    goodbye: 'Auf Wiedersehen und einen schönen Tag.',
    identity:
      'Ich bin ein KI-Assistent, kein Mensch. Ich antworte aus den Unterlagen, die mir hier vorliegen, und nenne die Quelle dazu.',
    help: 'Stellen Sie Ihre Frage einfach in einem Satz, zum Beispiel nach Preisen, Zeiten oder Abläufen. Ich suche die Antwort in den Unterlagen und nenne die Quelle. Steht sie dort nicht, sage ich das.',
    yes: 'Gut. Schreiben Sie bitte in einem Satz, was Sie wissen möchten. Wenn Sie lieber mit einem Menschen sprechen, schreiben Sie „Ich möchte mit einem Menschen sprechen“.',
    no: 'In Ordnung. Wenn noch etwas ist, fragen Sie gern.',
    praise: 'Das freut mich. Haben Sie noch eine Frage?',
    complaint:
      'Das tut mir leid. Bitte fragen Sie noch einmal mit anderen Worten, oder schreiben Sie „Ich möchte mit einem Menschen sprechen“.',
    clarify: 'Worum geht es genau? Bitte nennen Sie das Thema in einem Satz.',
  },
  quoting: 'Meine Unterlagen dazu sind nicht auf Deutsch. Ich gebe die Stelle im Original wieder ({language}):',
  switched: 'Gern, wir können auf Deutsch weitermachen. Was möchten Sie wissen?',
  also: 'Außerdem:',
  languageNames: { de: 'Deutsch', en: 'Englisch', fr: 'Französisch', es: 'Spanisch', ru: 'Russisch', he: 'Hebräisch' },
  switchTo:
    'auf deutsch|und auf deutsch|in deutsch|deutsch bitte|sprechen sie deutsch|sprichst du deutsch|können wir deutsch sprechen|in german|en allemand|en alemán|по-немецки|по немецки|на немецком|בגרמנית',
  cues: [
    [
      'duration',
      'wie lange|wie viel zeit|wieviel zeit|wie schnell|dauer|wie viele tage|wie viele wochen|welche frist|bis wann|lieferzeit',
    ],
    [
      'time',
      'wann|macht ihr auf|habt ihr auf|um wie viel uhr|um wieviel uhr|uhrzeit|öffnungszeiten|sprechzeiten|geöffnet|an welchen tagen|welcher tag|welches datum',
    ],
    [
      'price',
      'muss ich zahlen|muss man zahlen|muss ich bezahlen|muss man bezahlen|muss ich was zahlen|muss ich dafür zahlen|muss man dafür zahlen|kostenpflichtig|kostet das was|was nehmt ihr|was verlangt ihr|was macht das|was kostet|was kosten|wie viel kostet|wieviel kostet|wie viel kosten|wie teuer|kostet|kosten|preis|preise|gebühr|gebühren|preislich|was zahle ich|was bezahle ich|was muss ich zahlen|in euro',
    ],
    ['phone', 'telefonnummer|rufnummer|telefonisch|welche nummer|anrufen|hotline'],
    ['email', 'e mail adresse|emailadresse|mailadresse|email|e mail|per mail'],
    [
      'quantity',
      'wie viel|wieviel|wie viele|wieviele|wie hoch|wie groß|wie weit|wie schwer|wie alt|wie stark|wie oft|welche größe',
    ],
    ['place', 'wo|wohin|adresse|anschrift|standort|in welcher stadt|welche straße'],
  ],
  listing:
    'was habt ihr für|was haben sie für|was gibt es für|welche|was für|was gibt es|habt ihr|haben sie|gibt es verschiedene|unterschied|vergleich|vergleiche',
  cueWords:
    'tag tage tagen kosten kostet preis preise teuer dauer dauert dauern zeit hoch uhr uhrzeit nummer euro gebühr gebühren liegt finde finden schnell größe oft',
  house: {
    place: {
      asked:
        'wo sind sie|wo seid ihr|wo bist du|wo finde ich sie|wo finde ich euch|wo finde ich dich|wo finden wir sie|wo sitzen sie|wo sitzt ihr|wo finde ich ihr büro|wie finde ich sie|wie finde ich euch|wie komme ich zu ihnen|wie komme ich zu euch|wo muss ich hin|wohin muss ich|wohin soll ich kommen|wo ist der laden|wo liegt der laden|wo finde ich der laden|wo befindet sich der laden|wo ist das geschäft|wo liegt das geschäft|wo finde ich das geschäft|wo befindet sich das geschäft|wo ist die firma|wo liegt die firma|wo finde ich die firma|wo befindet sich die firma|wo ist der betrieb|wo liegt der betrieb|wo finde ich der betrieb|wo befindet sich der betrieb|wo ist das unternehmen|wo liegt das unternehmen|wo finde ich das unternehmen|wo befindet sich das unternehmen',
      alone:
        'wo ist die arbeit|wo arbeite ich|wo arbeitet man|wo ist der arbeitsort|wo ist der arbeitsplatz|wo ist das|wo ist es|wo',
      told: 'adresse|anschrift|standort|sitz|anfahrt|lage',
      searched: 'Adresse|Wo ist der Sitz|Anfahrt',
    },
    contact: {
      asked:
        'wie erreiche ich sie|wie erreiche ich euch|wie erreiche ich dich|wie erreichen wir sie|wie kann ich sie erreichen|wie kann ich euch erreichen|wie kann man sie erreichen|wo erreiche ich sie|wo erreiche ich euch|wie kann ich kontakt aufnehmen|wie nehme ich kontakt auf|wie kontaktiere ich sie|wie kontaktiere ich euch|wie kann ich sie kontaktieren|wie kann ich euch kontaktieren|wie komme ich mit ihnen in kontakt|wie rufe ich sie an|wie rufe ich euch an|wie kann ich sie anrufen|wie kann ich euch anrufen|wo kann ich anrufen|wo rufe ich an|wen kann ich anrufen|wen rufe ich an|wo kann ich mich melden|wo melde ich mich|wo muss ich mich melden|bei wem melde ich mich|bei wem muss ich mich melden|an wen kann ich mich wenden|an wen wende ich mich|wohin kann ich mich wenden|kontakt|kontaktdaten',
      alone: '',
      told: 'kontakt|erreiche|erreichen|erreichbar|telefonnummer|telefonisch|ansprechpartner|ansprechpartnerin|anrufen',
      searched: 'Kontakt|Telefonnummer|Ansprechpartner',
    },
    writing: {
      asked:
        'wie schreibe ich ihnen|wie schreibe ich euch|wie kann ich ihnen schreiben|wie kann ich euch schreiben|wohin kann ich schreiben|wohin schreibe ich|wohin kann ich ihnen schreiben|wie schreibe ich ihnen eine mail|wie kann ich ihnen eine mail schreiben',
      alone: '',
      told: 'e mail|mail|email|mailadresse|schreiben|kontakt',
      searched: 'E-Mail-Adresse|Kontakt|schreiben',
    },
    hours: {
      asked:
        'macht ihr auf|macht ihr zu|machen sie auf|machen sie zu|öffnet ihr|öffnen sie|schließt ihr|schließen sie|seid ihr offen|seid ihr geöffnet|seid ihr da|sind sie da|sind sie offen|habt ihr auf|habt ihr offen|habt ihr geöffnet|habt ihr zu|haben sie auf|haben sie offen|haben sie geöffnet|haben sie zu|arbeitet ihr|wann arbeitet ihr|wann macht ihr auf|wann machen sie auf|wann macht ihr zu|wann machen sie zu|wann öffnet ihr|wann öffnen sie|wann schließt ihr|wann schließen sie|wann habt ihr auf|wann haben sie auf|wann habt ihr offen|wann haben sie offen|wann habt ihr geöffnet|wann haben sie geöffnet|wann habt ihr zu|wann haben sie zu|wann sind sie geöffnet|wann habt ihr geschlossen|wann haben sie geschlossen|bis wann habt ihr auf|bis wann haben sie auf|bis wann habt ihr offen|bis wann haben sie geöffnet|bis wann habt ihr geöffnet|ab wann habt ihr auf|ab wann haben sie geöffnet|ab wann habt ihr geöffnet|um wie viel uhr öffnen sie|um wie viel uhr öffnet ihr|um wie viel uhr macht ihr auf|um wie viel uhr schließen sie|um wie viel uhr macht ihr zu|wie lange habt ihr auf|wie lange haben sie auf|wie lange habt ihr offen|wie lange habt ihr geöffnet|wie lange haben sie geöffnet|ihre öffnungszeiten|wie sind ihre öffnungszeiten|wie sind eure öffnungszeiten|was sind ihre öffnungszeiten',
      alone: 'öffnungszeiten|wie sind die öffnungszeiten',
      told: 'öffnungszeiten|geöffnet|erreichbar|sprechzeiten|bürozeiten',
      searched: 'Öffnungszeiten|geöffnet|erreichbar Uhr',
    },
  },
  days: {
    names:
      'montag montags dienstag dienstags mittwoch mittwochs donnerstag donnerstags freitag freitags samstag samstags sonnabend sonnabends sonntag sonntags wochenende wochenenden feiertag feiertage feiertagen feiertags heiligabend silvester weihnachten ostern',
    before: 'am an im über zu',
  },
  asking: {
    open: 'wer wen wem wessen was wann wo wohin woher wie wieviel wieviele warum wieso weshalb welche welcher welches welchen welchem womit wofür wozu woran worauf wodurch wovon',
    before: 'und aber oder also dann denn ab bis seit um an bei mit von für auf in zu nach aus unter über',
    manner:
      /^ (?:wie (?:\S+ )?(?:ich|man|wir|mich|sich|wird|werden|kann|konnen|koennen|muss|soll|sollte|geht|lauft|laeuft|funktioniert)|womit|welche (?:weise|schritte|moglichkeiten|moeglichkeiten|zahlungs\S+)|welchem weg) /u,
    person: /^ (?:wer|wen|wem) /u,
  },
  yesNo:
    /^(?:ja|nein|doch|jein)[,;:.!–—]\s*(?:(?:aber|sondern)\s+)?(?=\S)(?!(?:aber|wenn|falls|sofern|sobald|weil|denn|außer|ausser|nur wenn|das|dies|es) )/iu,
  way: /(?<!\p{L})(?:\p{L}+en Sie|per (?:E-Mail|Mail|Post|App|SMS|Telefon|Lastschrift|Überweisung|Video)|in der App|online|im Internet|mit Karte|in bar)(?!\p{L})/u,
  verbs: { ending: /^(?!(?:vor)?gestern$|(?:über)?morgen$|selten$).+(?:en|rn|ln|t|e)$/u, after: '' },
  deeds: 'zahlen bezahlen zahle zahlt bezahle bezahlt gezahlt',
  lightWords:
    'fertig bereit sehen schauen gucken anschauen ansehen benutzen nutzen verwenden akzeptiert akzeptieren melde melden meldet firma unternehmen laden geschäft stattfindet findet kommt kommen komme fängt fange anfangen anfängt läuft arbeitet verdient verdienen verlangt verlangen',
  priced: 'Preis kostet',
  superlatives: {
    least:
      'billigste|billigster|billigstes|billigsten|am billigsten|günstigste|günstigster|günstigstes|günstigsten|am günstigsten|preiswerteste|preiswertesten|am preiswertesten|kostet am wenigsten',
    most: 'teuerste|teuerster|teuerstes|teuersten|am teuersten|kostet am meisten',
  },
  trouble: {
    said: 'zeigt nichts|zeigt nichts an|geht nicht an|hängt|bleibt schwarz|kein bild|geht nicht|funktioniert nicht|funktionieren nicht|geht nicht mehr|funktioniert nicht mehr|läuft nicht|kaputt|defekt|streikt|spinnt|ausgefallen|tut nicht|tut nichts|keinen strom|kein strom',
    remedy: 'was tun|was mache ich|was muss ich tun',
  },
  selling:
    'verkauft ihr|verkaufen sie|verkauft|habt ihr auch|führen sie|bietet ihr|bieten sie|kann ich bei euch kaufen',
  conditional: /(^|\s)(wenn|falls|bei)\s/iu,
  signs: {
    price:
      /\d[\d.,]*\s*(€|euro|eur\b|cent|ct\b|chf|franken)|€\s*\d|kostenlos|kostenfrei|gratis|umsonst|ohne aufpreis|inklusive/iu,
    quantity:
      /\d|\b(ein|eine|einen|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|hundert|tausend|halb\w*|kein\w*)\b/iu,
    duration:
      /(\d+|\b(ein\w*|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|wenige\w*))\s+(bis\s+\S+\s+)?(sekunde|minute|stunde|tag|werktag|arbeitstag|woche|monat|quartal|jahr)|innerhalb|sofort/iu,
    time: /(am|zum) (letzten|ersten|zweiten|dritten|gleichen|nächsten) |(ende|anfang|mitte) des |monatsende|arbeitstag|vortag|im voraus|spätestens|innerhalb|(^|\s)(vor|nach|bei) (der|dem|ablauf|abschluss|beginn|auftrag|eingang)\s|am \d{1,2}\.|monatlich|jährlich|wöchentlich|\d\s*uhr|\d{1,2}[:.]\d{2}|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|täglich|werktag|januar|februar|märz|april|\bmai\b|juni|juli|august|september|oktober|november|dezember|nach (etwa|rund|\d|ein|zwei|drei|vier|fünf|sechs)|jederzeit|rund um die uhr/iu,
    place:
      /[Ss]tandort|[Ss]traße|[Ss]tr\.|[Pp]latz\b|[Aa]llee|\b[Aa]m \p{Lu}\p{L}+ \d|\b\d{5}\b|\bSitz\b|\bliegt\b|\bliegen\b|\bsteht\b|\bstehen\b|\bhängt\b|befinde|vor dem Haus|im Hof|Erdgeschoss|Stock\b|Etage/u,
  },
  openers: 'und|aber|oder|also|dann|außerdem|auch',
  pronouns:
    'er es sie ihn ihm ihnen das dies dieser diese dieses davon dafür dazu damit darauf darüber dort dabei deren dessen daran denen daraus',
  expletives:
    'gibt es|es gibt|gibts es|geht es um|ist es möglich|es ist möglich|ist es erlaubt|muss es sein|geht es auch|wie geht es|handelt es sich',
  determiners: 'das dies diese dieser dieses',
  anaphora:
    /^(er|es(?! gibt)|sie(?= \S+(t|st|te)\b)|ihn|dies(e[rsmn]?)?|dabei|dafür|damit|davon|dazu|darin|dort|danach|dann|dadurch|daher|deshalb|außerdem|zudem|auch|beide[rsn]?|letztere[rs]?|dessen|deren)\s/iu,
};
