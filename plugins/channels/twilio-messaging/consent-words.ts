import type { InboundMessage } from 'polyphon/plugin';
import { type Fields, textOf } from './fields.ts';

type Consent = NonNullable<InboundMessage['consent']>;

/** What a person means to end with these is not the conversation but the messages, in whatever language the bot speaks. */
const stopWords =
  'STOP STOPALL UNSUBSCRIBE REVOKE OPTOUT STOPP ABMELDEN ARRET ARRÊT ALTO BAJA СТОП ОТПИСАТЬСЯ הסר הפסק עצור';
const startWords = 'START UNSTOP СТАРТ';

/**
 * Words to which carriers and Twilio itself give this meaning on SMS, but nobody on WhatsApp: there "cancel" is about the order.
 * YES is one of Twilio's, too, and left out: to a bot it is the commonest answer of all. Where Twilio has taken a YES for a
 * return, it says so in OptOutType.
 */
const smsWords: Readonly<Record<Consent, string>> = {
  stop: 'CANCEL END QUIT',
  start: '',
  help: 'HELP INFO HILFE AIDE AYUDA ПОМОЩЬ עזרה',
};

const everywhere = tableOf({ stop: stopWords, start: startWords, help: '' });
const onSms = new Map([...everywhere, ...tableOf(smsWords)]);

/** The word that the law or Twilio gives a meaning of its own, if the message is one: the whole text, in any case. */
export function consentOf(fields: Fields, network: 'sms' | 'whatsapp'): Consent | undefined {
  // Sent where Twilio has handled the word itself, by its own list or by one made in its console.
  switch (textOf(fields, 'OptOutType')?.toUpperCase()) {
    case 'STOP':
      return 'stop';
    case 'START':
      return 'start';
    case 'HELP':
      return 'help';
    default: {
      const word = textOf(fields, 'Body')?.trim().normalize('NFC').toUpperCase();
      if (word === undefined || word.length > 20) return undefined;
      return (network === 'sms' ? onSms : everywhere).get(word);
    }
  }
}

function tableOf(words: Readonly<Record<Consent, string>>): ReadonlyMap<string, Consent> {
  const consents = ['stop', 'start', 'help'] as const;
  return new Map(
    consents.flatMap((consent) =>
      words[consent]
        .split(' ')
        .filter((word) => word !== '')
        .map((word) => [word, consent] as const),
    ),
  );
}
