import { PolyphonError } from '../../contract/index.ts';
import type { TenantStore } from '../../store/tenant-store.ts';

/**
 * Where in a history the message with this id stands; the beginning without one.
 * @throws PolyphonError CNV5010 for an id that is unknown or of another history: the whole would be taken for what is new.
 */
export function placeAfter(
  { messages }: Pick<TenantStore, 'messages'>,
  history: { readonly conversationId: string; readonly sessionId?: string },
  after: string | undefined,
): number {
  if (after === undefined) return 0;
  const seq = messages.seqIn(history, after);
  if (seq !== undefined) return seq;
  throw new PolyphonError(
    'CNV5010',
    'History: `after` is not the id of one of its messages. Leave it out to read from the beginning.',
  );
}
