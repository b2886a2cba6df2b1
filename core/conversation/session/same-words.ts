import { isDeepStrictEqual } from 'node:util';
import { type Message, PolyphonError } from '../../contract/index.ts';

/**
 * The message that an id was used for before, where it is the one that is asked for again.
 * @throws PolyphonError CNV5013 where it says something else: the new words would be lost unseen.
 */
export function sameWords<Stored extends Message>(
  before: Stored,
  asked: Pick<Message, 'text'> & Partial<Pick<Message, 'attachments' | 'actions'>>,
): Stored {
  const { text, attachments = [], actions = [] } = asked;
  const isSame =
    before.text === text &&
    isDeepStrictEqual(before.attachments, attachments) &&
    isDeepStrictEqual(before.actions, actions);
  if (isSame) return before;
  throw new PolyphonError(
    'CNV5013',
    'This `id` belongs to another message, which said something else. Send the same again, or another `id`.',
  );
}
