import type { Budget, Money, ResolvedBot } from '../../contract/index.ts';
import { type EventBody, emitEvent } from '../conversation-services.ts';
import { localDay } from '../local-time.ts';
import type { Answer } from './model-answer.ts';
import type { RunningTurn } from './running-turn.ts';

type Period = 'day' | 'conversation';
export type Exceeded = Extract<EventBody, { type: 'budget.exceeded' }>;

/** What is said instead of an answer, and what follows. */
export interface SpentBudget {
  readonly words: string;
  readonly do: Budget['onExceeded'];
}

/**
 * Whether there is nothing left to pay a model with. Turns that run at once may together spend more than is left: what a turn costs is
 * known when it ends.
 */
export function spentBudget({ services, tenant, scene, trace }: RunningTurn): SpentBudget | undefined {
  const { bot, session, texts } = scene;
  const { budget } = bot.llm;
  if (budget === undefined || !costsAnything(bot)) return undefined;
  const startMs = trace.begin();
  const { perDay, perConversation } = budget;
  const spentAll = (limit: Money | undefined, spent: () => number) => limit !== undefined && spent() >= limit.amount;
  const period: Period | undefined = spentAll(perConversation, () => session.cost)
    ? 'conversation'
    : spentAll(perDay, () => tenant.usage.spent(dayOf(bot, services.clock.now()), perDay?.currency ?? ''))
      ? 'day'
      : undefined;
  if (period === undefined) return undefined;
  trace.end('guard', startMs, `budget of the ${period}`);
  const own = texts.prompt('budget');
  if (own !== '') return { words: own, do: budget.onExceeded };
  const words = budget.onExceeded === 'handoff' ? texts.own('handoff') : texts.prompt('unknown');
  return { words, do: budget.onExceeded };
}

/** Counts a turn and what its models took, inside its transaction. @returns the budgets that are used up with it. */
export function countTurn(turn: RunningTurn, answer: Answer | undefined, nowMs: number): readonly Exceeded[] {
  const { tenant, scene, task } = turn;
  const { bot, session } = scene;
  const amount = answer?.cost?.amount ?? 0;
  tenant.sessions.countTurn(session.id, nowMs, amount);
  if (answer?.charged === undefined) return [];
  const day = dayOf(bot, nowMs);
  const { budget } = bot.llm;
  const before = {
    day: amount > 0 && budget?.perDay !== undefined ? tenant.usage.spent(day, budget.perDay.currency) : 0,
    conversation: session.cost,
  };
  const currency = answer.cost?.currency ?? '';
  tenant.usage.add({ day, model: answer.charged, currency, ...answer.usage, cost: amount });
  const limits: readonly (readonly [Period, Money | undefined])[] = [
    ['day', budget?.perDay],
    ['conversation', budget?.perConversation],
  ];
  return limits.flatMap(([period, limit]): readonly Exceeded[] => {
    if (limit === undefined || before[period] >= limit.amount || before[period] + amount < limit.amount) return [];
    const spent = { amount: rounded(before[period] + amount), currency: limit.currency };
    return [{ type: 'budget.exceeded', turn: task.turnId, conversation: scene.conversation.id, period, limit, spent }];
  });
}

export function tellExceeded({ services, task, scene }: RunningTurn, exceeded: readonly Exceeded[]): void {
  for (const event of exceeded) {
    const { conversation, period, limit, spent } = event;
    const budget = scene.bot.llm.budget?.onExceeded;
    services.log.warn('a budget is used up', {
      tenant: task.tenantId,
      conversation,
      period,
      limit,
      spent,
      onExceeded: budget,
    });
    emitEvent(services, task.tenantId, event);
  }
}

function costsAnything({ llm }: ResolvedBot): boolean {
  return llm.price !== undefined || llm.fallback.some(({ price }) => price !== undefined);
}

function dayOf({ timezone }: ResolvedBot, ms: number): string {
  return localDay(ms, timezone).date;
}

/** Sums of fractions are not shown with their error. */
function rounded(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
