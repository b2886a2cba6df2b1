import type { ConversationRow } from '../../store/conversations.ts';
import type { SessionRow } from '../../store/sessions.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { ConversationServices } from '../conversation-services.ts';

/** Stores a session, and the conversation it belongs to where that is new. Call inside `Store.write`. */
export function newSession(
  services: Pick<ConversationServices, 'random' | 'clock'>,
  tenant: TenantStore,
  options: {
    readonly channel: string;
    /** The platform's id of the conversation; the session's own where it has none. */
    readonly externalId: string | undefined;
    readonly contactId: string;
    readonly conversation: ConversationRow | undefined;
    readonly tokenHash?: Buffer;
    readonly sessionId?: string;
    readonly locale: string | undefined;
    readonly metadata: Readonly<Record<string, unknown>>;
  },
): SessionRow {
  const now = services.clock.now();
  const id = options.sessionId ?? services.random.id('ses');
  const session: SessionRow = {
    id,
    conversationId: options.conversation?.id ?? services.random.id('cnv'),
    channel: options.channel,
    tokenHash: options.tokenHash ?? null,
    state: 'active',
    locale: options.locale ?? null,
    metadata: JSON.stringify(options.metadata),
    turns: 0,
    cost: 0,
    createdAt: now,
    lastActiveAt: now,
  };
  tenant.sessions.insert(session);
  if (options.conversation !== undefined) {
    tenant.conversations.setSession(options.conversation.id, id);
    return session;
  }
  tenant.conversations.insert({
    id: session.conversationId,
    channel: options.channel,
    externalId: options.externalId ?? id,
    contactId: options.contactId,
    sessionId: id,
    owner: 'bot',
    misses: 0,
    language: null,
    createdAt: now,
    lastActiveAt: now,
  });
  return session;
}
