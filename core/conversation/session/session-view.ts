import type { SessionView } from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import type { SessionRow } from '../../store/sessions.ts';

/** A session as channels see it; one that nobody has used for `idleCloseMs` is closed. */
export function sessionView(
  session: SessionRow,
  owner: ConversationRow['owner'],
  { nowMs, idleCloseMs }: { readonly nowMs: number; readonly idleCloseMs: number },
): SessionView {
  const expiresAtMs = session.lastActiveAt + idleCloseMs;
  return {
    id: session.id,
    state: session.state === 'active' && nowMs > expiresAtMs ? 'closed' : session.state,
    owner,
    channel: session.channel,
    ...(session.locale === null ? {} : { locale: session.locale }),
    metadata: JSON.parse(session.metadata) as Readonly<Record<string, unknown>>,
    createdAt: new Date(session.createdAt).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
  };
}
