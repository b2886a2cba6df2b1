import type { Message } from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import { outboxRowsOf } from '../outbox/outbox-rows.ts';
import { newMessage } from '../session/new-message.ts';
import { BotTexts } from '../texts/bot-texts.ts';
import type { builtInTexts } from '../texts/built-in-texts.ts';
import { languageOf } from '../texts/language-of.ts';
import type { ArrivalContext, Place } from './arrival-context.ts';
import { languagesOfWord } from './consent-words.ts';

/** Words of the bot that no turn has to find, stored to be sent. */
export function sayNotice(
  context: ArrivalContext,
  place: Place,
  known: ConversationRow | undefined,
  notice: {
    readonly words: keyof typeof builtInTexts;
    readonly turnId: string | null;
    readonly purpose: OutboxRow['purpose'];
  },
): Message {
  const { services, tenant, rules, inbound, nowMs } = context;
  const { name = null, phone = null, email = null } = inbound.contact;
  const texts = new BotTexts({
    bot: rules.bot,
    nowMs,
    log: services.log,
    render: services.render,
    scene: {
      channel: rules.channel,
      language: arrivalLanguage(context, known),
      contact: { name, phone, email },
      session: { id: place.sessionId, locale: inbound.locale ?? null, metadata: {} },
    },
  });
  const text = texts.own(notice.words);
  const message = newMessage(services.random, { role: 'bot', text, channel: rules.channel, atMs: nowMs });
  tenant.messages.insert({ message, ...place, turnId: notice.turnId, createdAtMs: nowMs });
  const conversation = { id: place.conversationId, externalId: known?.externalId ?? inbound.conversation };
  const destination = { channel: rules.port, channelKey: rules.channel, conversation };
  for (const row of outboxRowsOf(services, destination, message, notice.purpose)) tenant.outbox.insert(row);
  return message;
}

/** By what was said so far. Of a word of the law by the word, where it belongs to a language: HILFE does, and STOP does not. */
export function arrivalLanguage({ rules, inbound }: ArrivalContext, known: ConversationRow | undefined): string {
  const { consent, text = '', locale } = inbound;
  const { languages } = rules.bot;
  const language = languageOf(consent === undefined ? text : '', languages, {
    conversation: known?.language ?? undefined,
    locale,
  });
  const written = consent === undefined || !languages.detect ? [] : languagesOfWord(text);
  if (written.includes(language)) return language;
  return written.find((one) => languages.supported.includes(one)) ?? language;
}
