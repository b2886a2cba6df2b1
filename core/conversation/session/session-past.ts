import type { SaidMessage } from '../../store/messages.ts';
import type { TenantStore } from '../../store/tenant-store.ts';

/** How many moves from channel to channel are followed back. */
const maxMoves = 5;

/** The newest messages of a session, and of those it continues on another channel; in order. */
export function recentMessages(
  tenant: TenantStore,
  place: { readonly conversationId: string; readonly sessionId: string },
  limit: number,
): readonly SaidMessage[] {
  const recent = [...tenant.messages.recent(place, limit)];
  let from: string | undefined = place.sessionId;
  for (let moves = 0; moves < maxMoves; moves += 1) {
    from = tenant.switches.continued(from);
    const past = from === undefined ? undefined : tenant.sessions.byId(from);
    if (from === undefined || past === undefined) break;
    recent.push(...tenant.messages.recent({ conversationId: past.conversationId, sessionId: from }, limit));
  }
  return recent.sort((a, b) => a.seq - b.seq).slice(-limit);
}
