import type { Selectable } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

export type UsageRow = Omit<Selectable<Tables['usage']>, 'tenantId'>;

/** What the models took, by day. */
export interface Usage {
  /** Adds one turn to the day and model of the row. */
  add(row: Omit<UsageRow, 'turns'>): void;
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
        turns: 1,
        inputTokens: p.inputTokens,
        outputTokens: p.outputTokens,
      })
      .onConflict((conflict) =>
        conflict.columns(['tenantId', 'day', 'model']).doUpdateSet((set) => ({
          turns: set('usage.turns', '+', 1),
          inputTokens: set('usage.inputTokens', '+', set.ref('excluded.inputTokens')),
          outputTokens: set('usage.outputTokens', '+', set.ref('excluded.outputTokens')),
        })),
      ),
  );
  const since = connection.prepare((db, p: { tenantId: string; day: string }) =>
    db
      .selectFrom('usage')
      .select(['day', 'model', 'turns', 'inputTokens', 'outputTokens'])
      .where('tenantId', '=', p.tenantId)
      .where('day', '>=', p.day)
      .orderBy('day')
      .orderBy('model'),
  );
  return (tenantId) => ({
    add: (row) => {
      add.run({ tenantId, ...row });
    },
    since: (day) => since.all({ tenantId, day }),
  });
}
