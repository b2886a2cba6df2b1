import { nearest } from '../config/nearest.ts';
import { type Conversations, type Deliver, type Message, PolyphonError, type SessionView } from '../contract/index.ts';
import type { TurnTrace } from '../conversation/turn/turn-trace.ts';
import type { Application } from '../kernel/application.ts';

/** A conversation held from the command line, through the same engine as all others. */
export interface Talk {
  readonly session: SessionView;
  readonly channel: string;
  readonly conversations: Conversations;
  /** Hands the words in and gives the turn's id. @throws PolyphonError CLI9006 when the engine refuses them. */
  say(text: string): Promise<string>;
  /** The session as it is now. */
  state(signal: AbortSignal): Promise<SessionView | undefined>;
  trace(turnId: string, signal: AbortSignal): Promise<TurnTrace | undefined>;
}

/**
 * The channel to talk through: the named one, or the first web chat.
 * @throws PolyphonError CLI9006 when there is none, or when it is one whose replies leave the house.
 */
export function chooseChannel(application: Application, tenantId: string, named: string | undefined): string {
  const { channels } = application.kernel.tenant(tenantId);
  const enabled = channels.filter((channel) => channel.enabled);
  const web = enabled.filter((channel) => channel.use === 'web-chat');
  if (named === undefined) {
    const first = web[0];
    if (first !== undefined) return first.key;
    throw new PolyphonError(
      'CLI9006',
      `Bot "${tenantId}" has no web chat that is enabled. Add \`channels: { web: { use: web-chat } }\` to its bot.yaml.`,
    );
  }
  const channel = channels.find(({ key }) => key === named);
  if (channel === undefined) {
    const near = nearest(
      named,
      channels.map(({ key }) => key),
    );
    const hint =
      near === undefined
        ? `It has: ${channels.map(({ key }) => key).join(', ') || 'none'}.`
        : `Did you mean "${near}"?`;
    throw new PolyphonError('CLI9006', `Bot "${tenantId}" has no channel "${named}". ${hint}`);
  }
  if (channel.use !== 'web-chat') {
    throw new PolyphonError(
      'CLI9006',
      `Channel "${named}" of "${tenantId}" sends its replies to ${channel.use}, and a terminal cannot receive them. Choose a web chat: ${web.map(({ key }) => key).join(', ') || 'it has none'}.`,
    );
  }
  return named;
}

export type TalkContact = {
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
};

/** Opens a session of its own. */
export async function openTalk(
  application: Application,
  {
    tenantId,
    channel,
    locale,
    contact,
  }: { readonly tenantId: string; readonly channel: string; readonly locale?: string; readonly contact: TalkContact },
  makeId: (prefix: string) => string,
  signal: AbortSignal,
): Promise<Talk> {
  const conversations = application.conversations.conversationsOf(tenantId, channel);
  const deliver: Deliver = application.conversations.deliverer(tenantId, channel);
  const { session, token } = await conversations.createSession(
    { contact, ...(locale === undefined ? {} : { locale }) },
    signal,
  );
  return {
    session,
    channel,
    conversations,
    say: async (text) => {
      const [receipt] = await deliver([
        { id: makeId('cli'), conversation: session.id, contact, text, ...(locale === undefined ? {} : { locale }) },
      ]);
      if (receipt === undefined || receipt.status === 'refused') {
        throw new PolyphonError(
          'CLI9006',
          `The bot does not take this message: ${receipt?.reason ?? 'no receipt was given'}. Look at its \`limits\` and at the state of the session.`,
        );
      }
      return receipt.turnId;
    },
    state: (stop) => conversations.authorize(session.id, token, stop),
    trace: (turnId, stop) => application.conversations.trace(tenantId, turnId, stop),
  };
}

/** `[1] source: document, page 2` for each citation; `row 2` for a row of a table. */
export function citationLines(citations: Message['citations']): readonly string[] {
  return citations.map(({ source, document, title, page, row }, index) => {
    const within = page !== undefined ? `, page ${page}` : row !== undefined ? `, row ${row}` : '';
    const place = `${document}${within}`;
    return `[${index + 1}] ${title === document ? '' : `${title}  `}(${source}: ${place})`;
  });
}
