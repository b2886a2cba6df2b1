import type { Capabilities, InboundMessage } from '../../contract/index.ts';

/** What a person means to end with these is not the conversation but the messages, in whatever language the bot speaks. */
const stopWords: ReadonlySet<string> = new Set(
  'STOP STOPALL UNSUBSCRIBE REVOKE OPTOUT STOPP ABMELDEN ARRET ARRÊT ALTO BAJA СТОП ОТПИСАТЬСЯ הסר הפסק עצור'.split(
    ' ',
  ),
);
const startWords: ReadonlySet<string> = new Set('START UNSTOP СТАРТ'.split(' '));
const longestWord = 20;

/**
 * The message with what it means to the law, on channels where people opt out: what the channel has reported, else STOP and START
 * where they are the whole text, in any case. A pressed button is none, whatever is written on it.
 */
export function withConsent(inbound: InboundMessage, { consent }: Pick<Capabilities, 'consent'>): InboundMessage {
  if (consent !== 'opt-out' || inbound.consent !== undefined || inbound.action !== undefined) return inbound;
  const word = inbound.text?.trim();
  if (word === undefined || word.length > longestWord) return inbound;
  const meant = word.normalize('NFC').toUpperCase();
  if (stopWords.has(meant)) return { ...inbound, consent: 'stop' };
  return startWords.has(meant) ? { ...inbound, consent: 'start' } : inbound;
}
