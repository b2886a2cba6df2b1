import type { Channel, Message, OutboundMessage } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import { isGone } from '../absence.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { within } from '../within.ts';
import { messageIn } from './outbox-rows.ts';
import { sendFacts } from './send-facts.ts';
import { judgeSend } from './send-policy.ts';

/** How long after a request a platform's list is taken to have it, if it ever will. */
const listedAfterMs = 5_000;
const deadlineMs = 15_000;
const tries = 3;
const pauseMs = 2_000;

/** A message that was sent, and of which nobody knows whether it arrived. */
export interface Doubt {
  readonly tenantId: string;
  readonly row: OutboxRow;
  readonly channel: Channel;
  /** In the form in which it went out. */
  readonly message: OutboundMessage;
  /** When its sending began. */
  readonly sinceMs: number;
  /** See Begun. */
  readonly said?: Message | undefined;
}

/**
 * The platform's id of a message whose answer was lost, where the platform can be asked and has it.
 * @throws the reason of the signal.
 */
export async function lookUp(
  { store, clock, log }: ConversationServices,
  { tenantId, row, channel, message, sinceMs }: Doubt,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (channel.find === undefined) return undefined;
  const { outbox } = store.forTenant(tenantId);
  const restMs = Math.min(sinceMs - clock.now(), 0) + listedAfterMs;
  if (restMs > 0) await clock.sleep(restMs, signal);
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    using deadline = clock.deadline(deadlineMs, signal);
    try {
      const found = await within(channel.find(message, sinceMs, deadline.signal), [deadline.signal]);
      return found.find((id) => outbox.byProviderMessageId(row.channel, id) === undefined);
    } catch (error) {
      signal.throwIfAborted();
      log.warn('a platform does not say whether it has a message', { tenant: tenantId, channel: row.channel, error });
      if (attempt < tries) await clock.sleep(pauseMs, signal);
    }
  }
  return undefined;
}

/** What is known of a message that was being sent when the process ended. */
export interface Trace {
  /** The platform's id: it arrived. */
  readonly id?: string | undefined;
  /** How long a word of the platform is worth waiting for. */
  readonly waitMs: number;
}

/** Undefined while nobody can be asked, as the bot does not serve, its channel does not open, or a read fails; `gone` where the bots folder has it no more. @throws the reason of the signal. */
export async function traceOf(
  services: ConversationServices,
  tenantId: string,
  row: OutboxRow,
  signal: AbortSignal,
): Promise<Trace | 'gone' | undefined> {
  using held = new DisposableStack();
  try {
    const { runtime } = held.use(services.leases.acquire(tenantId));
    // Not before the bot serves: without it nobody knows whom to tell that the message is out.
    if (row.providerMessageId !== null) return { id: row.providerMessageId, waitMs: 0 };
    const channel = await runtime.channel(row.channel, signal);
    const payload = messageIn(row);
    const facts = sendFacts(services.store.forTenant(tenantId), row, channel, runtime.bot, services.clock.now());
    const verdict = judgeSend(payload, facts);
    const message = verdict.kind === 'send' ? verdict.message : payload;
    const id = await lookUp(services, { tenantId, row, channel, message, sinceMs: row.dueAt }, signal);
    return { id, waitMs: channel.capabilities.confirmsWithinMs ?? 0 };
  } catch (error) {
    signal.throwIfAborted();
    if (isGone(error)) return 'gone';
    services.log.warn('what became of a message is asked when its channel is there', {
      tenant: tenantId,
      channel: row.channel,
      error,
    });
    return undefined;
  }
}
