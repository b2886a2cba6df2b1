import type { ConversationMove, InboundMessage } from 'polyphon/plugin';
import { decodeMessage } from './decode-message.ts';
import { graphReason } from './graph-errors.ts';
import { type Fields, idOf, kindOf, listOf, objectOf, timeOf } from './loose-json.ts';
import { movesOf } from './new-id.ts';
import { type NamedStatus, readName } from './part-name.ts';
import { isNumber, isUserId } from './person-id.ts';

/** What one webhook brought. */
export interface DecodedWebhook {
  readonly messages: readonly InboundMessage[];
  readonly statuses: readonly NamedStatus[];
  /** People who have another number or user id now. */
  readonly moves: readonly ConversationMove[];
  /** Kinds of things this channel does not take, as in `revoke` or `field:calls`; never anything that was said. */
  readonly leftOut: readonly string[];
  /** Ids of telephone numbers that are not this channel's, each once. */
  readonly foreignNumbers: readonly string[];
}

/** More in one body is not Meta's doing: its batches have at most a thousand updates. */
const maxUpdates = 5_000;

/**
 * Maps a webhook's JSON; what is not known is named in `leftOut`, and nothing throws. Not validated by Meta's published schema:
 * that refuses Meta's own examples.
 */
export function decodeWebhook(body: unknown, phoneNumberId: string): DecodedWebhook {
  const messages: InboundMessage[] = [];
  const statuses: NamedStatus[] = [];
  const moves: ConversationMove[] = [];
  const leftOut: string[] = [];
  const foreignNumbers = new Set<string>();
  const root = objectOf(body);
  if (root['object'] !== 'whatsapp_business_account') leftOut.push('not-whatsapp');
  else {
    const changes = listOf(root['entry']).flatMap((entry) => listOf(objectOf(entry)['changes']));
    for (const change of changes.slice(0, maxUpdates).map(objectOf)) takeChange(change);
  }
  return { messages, statuses, moves, leftOut, foreignNumbers: [...foreignNumbers] };

  function takeChange(change: Fields): void {
    if (change['field'] !== 'messages') {
      leftOut.push(`field:${kindOf(change['field'])}`);
      return;
    }
    const value = objectOf(change['value']);
    const number = idOf(objectOf(value['metadata'])['phone_number_id']);
    if (number !== phoneNumberId) {
      if (number !== undefined) foreignNumbers.add(number);
      leftOut.push('foreign-number');
      return;
    }
    const contacts = listOf(value['contacts']).map(objectOf);
    for (const entry of listOf(value['messages']).slice(0, maxUpdates)) {
      const told = movesOf(objectOf(entry));
      if (told !== undefined) {
        moves.push(...told);
        continue;
      }
      const decoded = decodeMessage(objectOf(entry), contacts);
      if (typeof decoded === 'string') leftOut.push(decoded);
      else messages.push(decoded);
    }
    for (const entry of listOf(value['statuses']).slice(0, maxUpdates)) {
      const decoded = decodeStatus(objectOf(entry));
      if (typeof decoded === 'string') leftOut.push(decoded);
      else statuses.push(decoded);
    }
    for (const error of listOf(value['errors']).slice(0, 10)) leftOut.push(`error:${errorOf(error) ?? 'unknown'}`);
  }
}

function decodeStatus(entry: Fields): NamedStatus | string {
  const providerMessageId = idOf(entry['id']);
  const told = entry['status'];
  // A played voice note was read.
  const status = told === 'played' ? 'read' : told;
  if (providerMessageId === undefined) return 'status-without-id';
  if (status !== 'sent' && status !== 'delivered' && status !== 'read' && status !== 'failed') return 'status';
  const at = timeOf(entry['timestamp']);
  const named = readName(entry['biz_opaque_callback_data']);
  const [error] = listOf(entry['errors']);
  const reason = status === 'failed' ? (errorOf(error) ?? 'unknown') : undefined;
  const recipient = status === 'failed' ? [] : recipientOf(entry);
  return {
    providerMessageId,
    ...(recipient.length === 0 ? {} : { recipient }),
    ...named,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(at === undefined ? {} : { at }),
  };
}

/** Of what failed Meta repeats what we had sent it to, and that may be nobody. */
function recipientOf(entry: Fields): readonly string[] {
  if (entry['recipient_type'] === 'group') return [];
  const [id, userId] = [idOf(entry['recipient_id']), idOf(entry['recipient_user_id'])];
  return [
    ...(id !== undefined && (isNumber(id) || isUserId(id)) ? [id] : []),
    ...(userId !== undefined && isUserId(userId) ? [userId] : []),
  ];
}

function errorOf(error: unknown): string | undefined {
  const code = objectOf(error)['code'];
  return typeof code === 'number' && Number.isSafeInteger(code) && code >= 0 ? graphReason(code) : undefined;
}
