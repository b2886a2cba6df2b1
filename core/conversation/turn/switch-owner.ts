import type { ConversationRow } from '../../store/conversations.ts';
import type { RunningTurn } from './running-turn.ts';
import { traceOf } from './turn-commit.ts';

/** A human who answers goes on answering. */
export function handOver(turn: RunningTurn, left: ConversationRow, reached: ConversationRow): void {
  const { tenant, services } = turn;
  const now = services.clock.now();
  const open = tenant.handoffs.open(left.id);
  if (open !== undefined) {
    tenant.handoffs.setState(open.id, 'returned', now);
    tenant.handoffs.insert({
      ...open,
      id: services.random.id('hnd'),
      conversationId: reached.id,
      changedAt: now,
    });
  }
  if (left.owner === 'bot') return;
  leaveToHuman(turn, left);
  tenant.conversations.setOwner(reached.id, left.owner);
  tenant.conversations.setOwner(left.id, 'bot');
}

/** What waits where the human was is not for the bot, which has that conversation from now on. */
function leaveToHuman(turn: RunningTurn, left: ConversationRow): void {
  const { tenant, task, scene, services } = turn;
  const waiting = new Set(tenant.inbox.openOf(left.id).map(({ turnId }) => turnId));
  waiting.delete(task.turnId);
  for (const id of waiting) {
    tenant.inbox.close(left.id, id);
    const trace = {
      ...traceOf(turn, { code: 'CNV5008', outcome: 'silent' }),
      turn: id,
      conversation: left.id,
    };
    tenant.turns.insert({
      id,
      conversationId: left.id,
      state: 'silent',
      outcome: 'silent',
      replyId: null,
      revision: scene.bot.revision,
      errorCode: 'CNV5008',
      trace: JSON.stringify(trace),
      startedAt: turn.startedAtMs,
      completedAt: services.clock.now(),
    });
  }
}
