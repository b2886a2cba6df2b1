import type { Connection } from './connection.ts';

export interface UnansweredRow {
  readonly turn: string;
  readonly conversation: string;
  readonly channel: string;
  readonly text: string;
  readonly language: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Turns in which the bot did not know, with what was said in them. */
export interface Unanswered {
  /** Newest first. */
  since(at: number, limit: number): readonly UnansweredRow[];
}

export function prepareUnanswered({ sqlite }: Connection): (tenantId: string) => Unanswered {
  let made: ReturnType<typeof sqlite.prepare> | undefined;
  // The condition is written as in the index, or SQLite would not use it.
  const since = () => {
    made ??= sqlite.prepare(
      `SELECT t.id AS turn, t.conversation_id AS conversation, m.channel, group_concat(m.text, char(10) ORDER BY m.seq) AS text,
       json_extract(t.trace, '$.language') AS language, t.completed_at AS at
       FROM turns t INDEXED BY turns_unknown
       JOIN messages m INDEXED BY messages_by_conversation
         ON m.tenant_id = t.tenant_id AND m.conversation_id = t.conversation_id AND m.turn_id = t.id AND m.role = 'contact'
       WHERE t.tenant_id = @tenantId AND t.completed_at >= @at AND t.outcome = 'unknown'
       -- No model was asked where the budget was used up.
       AND t.error_code IS NULL
       GROUP BY t.completed_at, t.id ORDER BY t.completed_at DESC LIMIT @limit`,
    );
    return made;
  };
  return (tenantId) => ({
    since: (at, limit) => since().all({ tenantId, at, limit }) as readonly UnansweredRow[],
  });
}
