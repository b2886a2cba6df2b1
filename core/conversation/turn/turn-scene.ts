import type { Channel, Logger, ResolvedBot } from '../../contract/index.ts';
import type { SaidMessage } from '../../store/messages.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { recentMessages } from '../session/session-past.ts';
import { BotTexts } from '../texts/bot-texts.ts';
import { languageOf } from '../texts/language-of.ts';
import type { WaitingWords } from './waiting-words.ts';

/** Where a turn plays: everything that is read before something is done. */
export interface TurnScene extends Omit<WaitingWords, 'later'> {
  readonly bot: ResolvedBot;
  readonly channelKey: string;
  readonly channel: Channel;
  /** Whether the person has been shown the bot's greeting: a channel that sends says it first, another client says so in `metadata`. */
  readonly greeted: boolean;
  /** What was said before and what is asked, as the model sees it. Read when it is asked for: what is said by rule needs none. */
  history(): readonly SaidMessage[];
  /** The words of `asked`. */
  readonly text: string;
  readonly language: string;
  readonly texts: BotTexts;
  /** Its lines name the tenant, the conversation and the turn. */
  readonly log: Logger;
}

/** Where the turn plays that is to answer these words. */
export function sceneOf(
  services: ConversationServices,
  tenant: TenantStore,
  { conversation, session, contactId, asked, answers, later }: WaitingWords,
  { turnId, bot, channel }: Pick<TurnScene, 'bot' | 'channel'> & { readonly turnId: string },
): TurnScene {
  const text = asked
    .map((message) => message.text)
    .filter((part) => part !== '')
    .join('\n');
  const language = languageOf(text, bot.languages, {
    conversation: conversation.language ?? undefined,
    locale: session.locale ?? undefined,
  });
  const metadata = JSON.parse(session.metadata) as Readonly<Record<string, unknown>>;
  const log = services.log.with({ tenant: bot.tenantId, conversation: conversation.id, turn: turnId });
  return {
    bot,
    log,
    channelKey: conversation.channel,
    channel,
    conversation,
    session,
    contactId,
    asked,
    greeted: channel.send !== undefined || metadata['greetingShown'] === true,
    answers,
    history: () => {
      const place = { conversationId: conversation.id, sessionId: session.id };
      const mine = new Set(asked.map(({ id }) => id));
      const before = recentMessages(tenant, place, bot.session.history + mine.size + later.size).filter(
        ({ id }) => !mine.has(id) && !later.has(id),
      );
      return [...before.slice(Math.max(0, before.length - bot.session.history)), ...asked];
    },
    text,
    language,
    texts: new BotTexts({
      bot,
      nowMs: services.clock.now(),
      log,
      render: services.render,
      scene: {
        channel: conversation.channel,
        language,
        get contact() {
          return tenant.contacts.byId(contactId) ?? {};
        },
        session: {
          id: session.id,
          locale: session.locale,
          metadata,
        },
      },
    }),
  };
}

/** Somebody came in and has said nothing yet, as with Start in a messenger: the greeting is the whole answer. */
export function onlyOpens({ asked }: Pick<TurnScene, 'asked'>): boolean {
  return asked.every(
    ({ text, attachments, actions }) => text === '' && attachments.length === 0 && actions.length === 0,
  );
}
