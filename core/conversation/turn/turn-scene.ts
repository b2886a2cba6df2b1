import type { Channel, Logger, ResolvedBot } from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import type { SaidMessage, StoredMessage } from '../../store/messages.ts';
import type { SessionRow } from '../../store/sessions.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { recentMessages } from '../session/session-past.ts';
import { BotTexts } from '../texts/bot-texts.ts';
import { languageOf } from '../texts/language-of.ts';

/** Where a turn plays: everything that is read before something is done. */
export interface TurnScene {
  readonly bot: ResolvedBot;
  readonly channelKey: string;
  readonly channel: Channel;
  readonly conversation: ConversationRow;
  readonly session: SessionRow;
  /** Who asks: in a group who wrote, else the conversation's contact. */
  readonly contactId: string;
  /** The messages this turn answers, in order. */
  readonly asked: readonly StoredMessage[];
  /** Whether the person has been shown the bot's greeting: a channel that sends says it first, another client says so in `metadata`. */
  readonly greeted: boolean;
  /** The platform's id of the newest of them. */
  readonly answers: string | undefined;
  /** What was said before and what is asked, as the model sees it. Read when it is asked for: what is said by rule needs none. */
  history(): readonly SaidMessage[];
  /** The words of `asked`. */
  readonly text: string;
  readonly language: string;
  readonly texts: BotTexts;
  /** Its lines name the tenant, the conversation and the turn. */
  readonly log: Logger;
}

/** Undefined when nothing waits for this turn any more. */
export function readScene(
  services: ConversationServices,
  tenant: TenantStore,
  { conversation, turnId, bot, channel }: Pick<TurnScene, 'conversation' | 'bot' | 'channel'> & { turnId: string },
): TurnScene | undefined {
  const session = tenant.sessions.byId(conversation.sessionId);
  if (session === undefined) return undefined;
  const open = tenant.inbox.openOf(conversation.id);
  const rows = open.filter((row) => row.turnId === turnId);
  const mine = new Set(rows.map(({ messageId }) => messageId));
  if (mine.size === 0) return undefined;
  const later = new Set(open.map(({ messageId }) => messageId).filter((id) => !mine.has(id)));
  const asked = [...mine].flatMap((id) => tenant.messages.byId(id) ?? []);
  const text = asked
    .map((message) => message.text)
    .filter((part) => part !== '')
    .join('\n');
  const language = languageOf(text, bot.languages, {
    conversation: conversation.language ?? undefined,
    locale: session.locale ?? undefined,
  });
  const contactId = askerOf(tenant, conversation, asked);
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
    answers: rows.at(-1)?.externalId,
    history: () => {
      const place = { conversationId: conversation.id, sessionId: session.id };
      const before = recentMessages(tenant, place, bot.session.history + open.length).filter(
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

function askerOf(tenant: TenantStore, conversation: ConversationRow, asked: readonly StoredMessage[]): string {
  const writtenBy = asked.at(-1)?.writtenBy;
  if (writtenBy?.audience === undefined) return conversation.contactId;
  return tenant.people.at({ channel: conversation.channel, externalId: writtenBy.id }) ?? conversation.contactId;
}

/** Somebody came in and has said nothing yet, as with Start in a messenger: the greeting is the whole answer. */
export function onlyOpens({ asked }: Pick<TurnScene, 'asked'>): boolean {
  return asked.every(
    ({ text, attachments, actions }) => text === '' && attachments.length === 0 && actions.length === 0,
  );
}
