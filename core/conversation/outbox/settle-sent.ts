import type { SendResult } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import { goOnAs } from '../session/same-person.ts';
import { failedPartOf } from './part-failed.ts';
import { dropProgress } from './send-progress.ts';
import { type ToldBefore, toldBefore } from './undeliver.ts';

const maxNoteLength = 100;

/** What is known of a message that a platform took. */
export type Sent = Omit<Extract<SendResult, { status: 'delivered' }>, 'status'>;

/** Writes down that a message is out. `isStored`: not erased meanwhile. */
export function settleSent(
  tenant: TenantStore,
  row: OutboxRow,
  { providerMessageId: sentId, conversation, note: told }: Sent,
): ToldBefore & { readonly isStored: boolean } {
  const note = told?.slice(0, maxNoteLength).toWellFormed() ?? null;
  if (conversation !== undefined) learnConversation(tenant, row, conversation);
  const { attempts, dueAt } = row;
  // Of nearly all nothing else is known, and reading them first cost half of what this does.
  if (tenant.outbox.deliver(row.id, { attempts, dueAt, providerMessageId: sentId, note })) {
    return { isStored: true, ...toldBefore(tenant, { ...row, providerMessageId: sentId }) };
  }
  const now = tenant.outbox.byId(row.id);
  const providerMessageId = failedPartOf(tenant, now) ?? sentId;
  if (now !== undefined) dropProgress(tenant.outbox, now);
  tenant.outbox.change(row.id, { ...row, state: 'delivered', providerMessageId, reason: null, note });
  return { isStored: now !== undefined, ...toldBefore(tenant, { ...row, providerMessageId }) };
}

function learnConversation(tenant: TenantStore, { conversationId, channel }: OutboxRow, told: string): void {
  const known = tenant.conversations.byId(conversationId);
  if (known !== undefined) goOnAs(tenant, { channel, externalId: known.externalId }, told);
}
