import { type Http, PolyphonError } from '../../contract/index.ts';
import type { QueuedEvent } from '../../store/event-queue.ts';
import { signedHeaders } from './webhook-signature.ts';

const timeoutMs = 15_000;
const maxAnswerBytes = 65_536;

/** Why an event did not arrive. */
export interface EventFailure {
  readonly reason: string;
  /** No later try would end otherwise. */
  readonly final: 'yes' | 'no';
}

/** One try. Undefined when the receiver took it, else why not. @throws the reason of the signal. */
export async function postEvent(
  http: Http,
  row: QueuedEvent,
  { secret, nowMs, signal }: { readonly secret: string; readonly nowMs: number; readonly signal: AbortSignal },
): Promise<EventFailure | undefined> {
  try {
    const signed = signedHeaders({ id: row.id, atMs: nowMs, body: row.payload, secret });
    const response = await http.fetch(row.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Polyphon', ...signed },
      body: row.payload,
      signal,
      timeoutMs,
      maxBytes: maxAnswerBytes,
      redirect: 'return',
    });
    await response.body?.cancel();
    if (response.ok) return undefined;
    if (response.status === 410) return { reason: 'gone', final: 'yes' };
    return { reason: `HTTP ${response.status}`, final: 'no' };
  } catch (error) {
    signal.throwIfAborted();
    return { reason: error instanceof PolyphonError ? `${error.code} ${error.summary}` : 'no answer', final: 'no' };
  }
}
