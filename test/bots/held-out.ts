import type { Question } from './questions.ts';

/**
 * Written before the offline model was worked on for the plain questions, and not looked at in between: how well it answers what
 * nobody tuned it for. Whoever tunes on these must write new ones.
 */
export const heldOut: Readonly<Record<string, readonly Question[]>> = {
  sonnenwerk: [
    ['Was kostet die günstigste Wärmepumpe?', '27.500'],
    ['Mein Wechselrichter blinkt rot, was nun?', '069 90009 199'],
    ['Muss jemand zu Hause sein, wenn ihr kommt?', 'erwachsene Person'],
    ['Wie viele Leute arbeiten bei euch?', '64'],
    ['Habt ihr Gutscheine zu Weihnachten?', 'unknown'],
  ],
  'accueil-pme': [
    ['vous parlez anglais ?', 'italien'],
    ['je suis en retard à mon rdv', '15 minutes'],
    ['Combien coute une salle pour 14 personnes', '45 euros'],
    ['Le boulanger ouvre à quelle heure ?', 'unknown'],
  ],
  bewerber: [
    ['kann ich auch ohne deutsch arbeiten', 'A2'],
    ['Was zahlt ihr fürs Mittagessen in der Kantine?', '4,90'],
    ['ich habe meine Bewerbung geschickt, wann höre ich was', '14 Tage'],
    ['Gibt es eine Kita für Mitarbeiter?', 'unknown'],
  ],
  'leader-tech': [
    ['какой ноутбук самый дешевый', '2890'],
    ['сколько ждать доставку в Эйлат', '6 рабочих дней'],
    ['אפשר לשלם בתשלומים?', '12'],
    ['У вас есть холодильники?', 'unknown'],
  ],
  'red-isp': [
    ['se me olvido la clave del wifi', 'KEY'],
    ['la tele se ve a cuadros pixelada', '10 segundos'],
    ['teneis seguro para el movil', 'unknown'],
  ],
};
