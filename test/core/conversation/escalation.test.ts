import { describe, expect, it } from 'vitest';
import { escalationOfText } from '../../../core/conversation/handoff/escalation.ts';
import { sampleBot } from '../kernel/sample-bot.ts';

const bot = sampleBot({ escalation: [{ when: { kind: 'asks-human' }, do: 'handoff' }] });
const reason = (text: string, offered: 'a human' | 'nothing') => escalationOfText(bot, text, offered)?.reason;

describe('a yes', () => {
  it.each(['Ja', 'Ja, bitte!', 'yes please', 'Oui, volontiers', 'Sí, por favor.', 'да, пожалуйста', 'כן, בבקשה'])(
    'to an offered person asks for one: %s',
    (text) => {
      expect(reason(text, 'a human')).toBe('asked');
    },
  );

  it('means nothing of the kind when nobody was offered', () => {
    expect(reason('Ja', 'nothing')).toBeUndefined();
  });

  it.each(['Ja, und was kostet die Wallbox?', 'Nein danke', 'Jaguar'])('is not heard in: %s', (text) => {
    expect(reason(text, 'a human')).toBeUndefined();
  });
});
