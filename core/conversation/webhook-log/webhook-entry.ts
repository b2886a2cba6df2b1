import type { WebhookLogRow } from '../../store/webhook-log.ts';

/** A request of a platform as an operator sees it: without a word of what people wrote. */
export interface WebhookEntry {
  /** Increases. */
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly channel: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly taken: WebhookLogRow['taken'];
  /** As in `2 messages, 1 of them known already`, `bad-signature`, `STO7002`. */
  readonly detail: string;
  readonly durationMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
  /** The keys of the body with the types of their values. */
  readonly shape: unknown;
}

export function webhookEntry(row: WebhookLogRow): WebhookEntry {
  const { seq, at, headers, shape, ...rest } = row;
  return {
    id: seq,
    at: new Date(at).toISOString(),
    ...rest,
    headers: JSON.parse(headers) as WebhookEntry['headers'],
    shape: JSON.parse(shape) as unknown,
  };
}
