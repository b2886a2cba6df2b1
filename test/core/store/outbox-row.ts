import type { OutboxRow } from '../../../core/store/outbox.ts';

/** A row that waits to be sent, where nothing else is told. */
export function outboxRow(told: Partial<OutboxRow>): OutboxRow {
  return {
    id: 'o1',
    conversationId: 'c',
    channel: 'sms',
    messageId: 'm',
    payload: '{}',
    state: 'waiting',
    attempts: 0,
    dueAt: 0,
    providerMessageId: null,
    reason: null,
    note: null,
    createdAt: 0,
    purpose: 'reply',
    resends: 0,
    ...told,
  };
}
