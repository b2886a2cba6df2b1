import type { Message, OutboundMessage } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';

/** A row that is marked as being sent, and what goes out for it. */
export interface Begun {
  /** As it was before, but for `dueAt`: when its sending began. */
  readonly row: OutboxRow;
  readonly message: OutboundMessage;
  /** What it says, as it is stored; read from the store where it is not given. */
  readonly said?: Message | undefined;
  /** Nothing else waited in the conversation with the commit that began it. */
  readonly isAlone?: boolean;
}

/** A conversation in which nobody else sends anything until this is disposed. */
export interface HeldConversation extends Disposable {
  /** Sends what `putOut` has begun, and then what waits behind it. */
  send(begun: Begun): void;
}
