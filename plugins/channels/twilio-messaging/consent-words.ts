import type { InboundMessage } from 'polyphon/plugin';
import { type Fields, textOf } from './fields.ts';

type Consent = NonNullable<InboundMessage['consent']>;

/**
 * Words to which carriers and Twilio itself give a meaning on SMS, beside STOP and START, but nobody on WhatsApp: there "cancel" is
 * about the order. YES is one of Twilio's, too, and left out: to a bot it is the commonest answer of all. Where Twilio has taken a
 * YES for a return, it says so in OptOutType.
 */
const smsWords: ReadonlyMap<string, Consent> = new Map([
  ...'CANCEL END QUIT'.split(' ').map((word) => [word, 'stop'] as const),
  ...'HELP INFO HILFE AIDE AYUDA ПОМОЩЬ עזרה مساعدة'.split(' ').map((word) => [word, 'help'] as const),
]);

/** A word with the marks around it. Of a longer text it is not asked: to strip marks takes the square of their number. */
const longestMessage = 40;

/** What Twilio or the carriers take the message for, if it is one word of theirs: the whole text, in any case, whatever marks stand around it. */
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
      const text = network === 'sms' ? (textOf(fields, 'Body') ?? '') : '';
      if (text.length > longestMessage) return undefined;
      const word = text.normalize('NFC').replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
      return smsWords.get(word.toUpperCase());
    }
  }
}

/** What Twilio hears by default, in any case, as the whole message and with nothing around it. */
const twilioWords: ReadonlySet<string> = new Set(
  'STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT START UNSTOP'.split(' '),
);

/**
 * Whether Twilio has told the person itself that it heard them. Of `Stop.`, STOPP or `Opt out` it knows nothing, and neither does it of
 * any word on WhatsApp, unless it says so.
 */
export function isAnsweredByTwilio(fields: Fields, network: 'sms' | 'whatsapp'): boolean {
  if (textOf(fields, 'OptOutType') !== undefined) return true;
  return network === 'sms' && twilioWords.has((textOf(fields, 'Body') ?? '').trim().toUpperCase());
}
