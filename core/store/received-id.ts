import { hash } from 'node:crypto';

/** A platform's id of a message, with where it came: ids are unique within a conversation. */
export interface ReceivedId {
  readonly channel: string;
  /** The platform's id of the conversation. */
  readonly conversation: string;
  readonly id: string;
}

/** What is kept of it where the person is to be forgotten: in platforms' ids stand telephone numbers. */
export function digestOf({ channel, conversation, id }: ReceivedId): Buffer {
  return hash('sha256', JSON.stringify([channel, conversation, id]), 'buffer');
}
