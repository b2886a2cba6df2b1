import { PolyphonError, type SendResult } from '../../contract/index.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { within } from '../within.ts';
import { type Doubt, lookUp } from './look-up.ts';
import type { SendProgress } from './send-progress.ts';
import { usableResult } from './usable-result.ts';

/** A request without an answer for so long may have arrived or not. */
const sendDeadlineMs = 30_000;

/**
 * Hands a message to its channel. Where its answer is lost, the platform may know what became of it.
 * @param stopping Nobody waits for an answer any more: the next process sends it once more, as after a crash.
 * @throws the reason of a signal.
 */
export async function attempt(
  services: ConversationServices,
  sending: Doubt,
  progress: SendProgress,
  { stopping, draining }: { readonly stopping: AbortSignal; readonly draining: AbortSignal },
): Promise<SendResult> {
  const result = await send(services, sending, progress, stopping);
  if (result.status === 'delivered') progress.forget(sending.row.id);
  if (result.status !== 'uncertain') return result;
  const id = await lookUp(services, sending, draining);
  return id === undefined ? result : { status: 'delivered', providerMessageId: id };
}

async function send(
  { clock, log }: ConversationServices,
  doubt: Doubt,
  progress: SendProgress,
  stopping: AbortSignal,
): Promise<SendResult> {
  const { tenantId, row, channel, message } = doubt;
  using deadline = clock.deadline(sendDeadlineMs, stopping);
  const { signal } = deadline;
  const blame = (what: string): void =>
    log.warn(`a channel's \`send\` gave ${what}`, { tenant: tenantId, channel: row.channel });
  try {
    const sending =
      channel.send?.(progress.of(message), signal, progress.keeper(doubt, signal, blame)) ??
      Promise.resolve<SendResult>({ status: 'uncertain' });
    const given: unknown = await within(sending, [signal]);
    const result = usableResult(given, message, blame);
    if (result.status === 'uncertain') stopping.throwIfAborted();
    return result;
  } catch (error) {
    stopping.throwIfAborted();
    log.warn('a channel threw while sending', { tenant: tenantId, channel: row.channel, error });
    if (!signal.aborted && error instanceof PolyphonError && error.retryAfterMs !== undefined) {
      return { status: 'rejected', reason: error.code, retryAfterMs: error.retryAfterMs };
    }
    return { status: 'uncertain' };
  }
}
