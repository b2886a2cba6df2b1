import type { ConversationRow } from '../../store/conversations.ts';
import type { StoredMessage } from '../../store/messages.ts';
import type { SessionRow } from '../../store/sessions.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { BotRuntime } from '../bot-runtime.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { judgeHandoff } from '../handoff/handoff-timeout.ts';

interface Turn {
  readonly tenantId: string;
  readonly conversationId: string;
  readonly turnId: string;
  readonly signal: AbortSignal;
}

/** What the store has of a turn that is to run. */
export interface WaitingWords {
  readonly conversation: ConversationRow;
  readonly session: SessionRow;
  /** Who asks: in a group who wrote, else the conversation's contact. */
  readonly contactId: string;
  /** The messages this turn answers, in order. */
  readonly asked: readonly StoredMessage[];
  /** The platform's id of the newest of them. */
  readonly answers: string | undefined;
  /** Messages of later turns of the conversation. */
  readonly later: ReadonlySet<string>;
}

/**
 * Undefined when nothing waits for this turn any more. The conversation is given back to the bot where a human was asked for and nobody has
 * come in time.
 */
export async function waitingWords(
  services: ConversationServices,
  turn: Turn,
  runtime: BotRuntime,
): Promise<WaitingWords | undefined> {
  const tenant = services.store.forTenant(turn.tenantId);
  // Together: each read by itself takes and gives back a lock of the file.
  const read = () => services.store.read(() => readWaitingWords(tenant, turn));
  const words = read();
  if (words?.conversation.owner !== 'human') return words;
  await judgeHandoff(services, tenant, runtime, turn.conversationId, turn.signal);
  return read();
}

function readWaitingWords(tenant: TenantStore, { conversationId, turnId }: Turn): WaitingWords | undefined {
  const conversation = tenant.conversations.byId(conversationId);
  const session = conversation === undefined ? undefined : tenant.sessions.byId(conversation.sessionId);
  if (conversation === undefined || session === undefined) return undefined;
  const open = tenant.inbox.openOf(conversationId);
  const rows = open.filter((row) => row.turnId === turnId);
  const mine = new Set(rows.map(({ messageId }) => messageId));
  if (mine.size === 0) return undefined;
  const asked = [...mine].flatMap((id) => tenant.messages.byId(id) ?? []);
  return {
    conversation,
    session,
    contactId: askerOf(tenant, conversation, asked),
    asked,
    answers: rows.at(-1)?.externalId,
    later: new Set(open.map(({ messageId }) => messageId).filter((id) => !mine.has(id))),
  };
}

function askerOf(tenant: TenantStore, conversation: ConversationRow, asked: readonly StoredMessage[]): string {
  const writtenBy = asked.at(-1)?.writtenBy;
  if (writtenBy?.audience === undefined) return conversation.contactId;
  return tenant.people.at({ channel: conversation.channel, externalId: writtenBy.id }) ?? conversation.contactId;
}
