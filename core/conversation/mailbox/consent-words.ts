import type { Capabilities, InboundMessage } from '../../contract/index.ts';

/**
 * What a person means to end with these is not the conversation but the messages, in whatever language the bot speaks. The English ones
 * are Twilio's and the other carriers' (two of them they also take in two words), where they can mean nothing else.
 */
const stopWords = wordsOf(
  'STOP, STOPALL, STOP ALL, UNSUBSCRIBE, REVOKE, OPTOUT, OPT OUT, STOPP, ABMELDEN, ARRET, ARRETE, DÉSABONNER, ALTO, BAJA, СТОП, ОТПИСАТЬСЯ, הסר, הפסק, עצור, إيقاف, توقف',
);
const startWords = wordsOf('START, UNSTOP, СТАРТ');
/** Words that say in which language the person writes. STOP, START and HELP are the same everywhere. */
const languagesOfWords: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    de: 'STOPP, ABMELDEN, HILFE',
    fr: 'ARRET, ARRETE, DÉSABONNER, AIDE',
    es: 'ALTO, BAJA, AYUDA',
    'ru uk': 'СТОП, СТАРТ',
    ru: 'ОТПИСАТЬСЯ, ПОМОЩЬ',
    he: 'הסר, הפסק, עצור, עזרה',
    ar: 'إيقاف, توقف, مساعدة',
  }).flatMap(([languages, words]) => [...wordsOf(words)].map((word) => [word, languages.split(' ')] as const)),
);
const longestMessage = 40;

/**
 * The message with what it means to the law, on channels where people opt out: what the channel has reported, else STOP and START
 * where they are the whole text, in any case, with or without accents and whatever marks stand around them. A pressed button is none,
 * whatever is written on it.
 */
export function withConsent(inbound: InboundMessage, { consent }: Pick<Capabilities, 'consent'>): InboundMessage {
  if (consent !== 'opt-out' || inbound.consent !== undefined || inbound.action !== undefined) return inbound;
  if (inbound.text === undefined || inbound.text.length > longestMessage) return inbound;
  if (stopWords.has(bareWord(inbound.text))) return { ...inbound, consent: 'stop' };
  return saysStart(inbound.text) ? { ...inbound, consent: 'start' } : inbound;
}

/** Whether it is START or the like, and nothing that could be an answer, as YES. */
export function saysStart(text: string): boolean {
  return text.length <= longestMessage && startWords.has(bareWord(text));
}

/** The languages to which a word of the law belongs; none where it is the same in all. */
export function languagesOfWord(text: string): readonly string[] {
  return text.length > longestMessage ? [] : (languagesOfWords.get(bareWord(text)) ?? []);
}

function wordsOf(list: string): ReadonlySet<string> {
  return new Set(list.split(',').map(bareWord));
}

/** As in `STOP ALL` for ` “Stop-all!” 🛑`, and in `STOP` for what a keyboard of East Asia makes of it, `ＳＴＯＰ`. */
function bareWord(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    .replace(/[\s\p{Pd}]+/gu, ' ')
    .toUpperCase();
}
