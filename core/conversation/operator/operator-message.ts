import type { Message, MessageDelivery } from '../../contract/index.ts';
import type { StoredMessage } from '../../store/messages.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import { deliveryOf } from '../outbox/message-delivery.ts';
import { publicMessage } from '../session/stored-message.ts';

/** A message as an operator sees it. */
export interface OperatorMessage extends Message {
  /** What became of it on its way; absent where it travels by events only, and of what contacts say. */
  readonly delivery?: MessageDelivery;
  /** The contact has changed the text since. */
  readonly edited?: true;
}

export function operatorMessage(tenant: TenantStore, stored: StoredMessage): OperatorMessage {
  const delivery = stored.role === 'contact' ? undefined : deliveryOf(tenant, stored.id);
  return {
    ...publicMessage(stored),
    ...(delivery === undefined ? {} : { delivery }),
    ...(stored.editedAt === null ? {} : { edited: true }),
  };
}
