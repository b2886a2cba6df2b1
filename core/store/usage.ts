import type { Selectable } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

export type UsageRow = Omit<Selectable<Tables['usage']>, 'tenantId'>;

/** What the models took, by day. */
export interface Usage {
  /** Adds one turn to the day, model and currency of the row. */
  add(row: Omit<UsageRow, 'turns'>): void;
  /** What a day has cost in this currency. */
  spent(day: string, currency: string): number;
  /** From this day on, as in 2026-11-21. */
  since(day: string): readonly UsageRow[];
}

export function prepareUsage(connection: Connection): (tenantId: string) => Usage {
  const add = connection.prepare((db, p: Omit<UsageRow, 'turns'> & { tenantId: string }) =>
    db
      .insertInto('usage')
      .values({
        tenantId: p.tenantId,
        day: p.day,
        model: p.model,
        currency: p.currency,
        turns: 1,
        inputTokens: p.inputTokens,
        outputTokens: p.outputTokens,
        cost: p.cost,
      })
      .onConflict((conflict) =>
        conflict.columns(['tenantId', 'day', 'model', 'currency']).doUpdateSet((set) => ({
          turns: set('usage.turns', '+', 1),
          inputTokens: set('usage.inputTokens', '+', set.ref('excluded.inputTokens')),
          outputTokens: set('usage.outputTokens', '+', set.ref('excluded.outputTokens')),
          cost: set('usage.cost', '+', set.ref('excluded.cost')),
        })),
      ),
  );
  const since = connection.prepare((db, p: { tenantId: string; day: string }) =>
    db
      .selectFrom('usage')
      .select(['day', 'model', 'currency', 'turns', 'inputTokens', 'outputTokens', 'cost'])
      .where('tenantId', '=', p.tenantId)
      .where('day', '>=', p.day)
      .orderBy('day')
      .orderBy('model'),
  );
  const spent = connection.prepare((db, p: { tenantId: string; day: string; currency: string }) =>
    db
      .selectFrom('usage')
      .select((row) => row.fn.sum<number | null>('cost').as('cost'))
      .where('tenantId', '=', p.tenantId)
      .where('day', '=', p.day)
      .where('currency', '=', p.currency),
  );
  return (tenantId) => ({
    add: (row) => {
      add.run({ tenantId, ...row });
    },
    spent: (day, currency) => spent.get({ tenantId, day, currency })?.cost ?? 0,
    since: (day) => since.all({ tenantId, day }),
  });
}
