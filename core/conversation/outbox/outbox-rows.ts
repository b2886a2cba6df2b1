import type { Channel, Message, OutboundMessage } from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import type { Outbox, OutboxRow } from '../../store/outbox.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { addressNow } from '../session/same-person.ts';
import { piecesOfText } from './pieces-of-text.ts';
import { plainText } from './plain-text.ts';

/** The reason of what was being sent when the process ended. */
export const stoppedWhileSending = 'stopped-while-sending';

/** Where a message goes. */
export interface Destination {
  readonly channelKey: string;
  readonly channel: Channel;
  readonly conversation: Pick<ConversationRow, 'id' | 'externalId'>;
  /** The platform's id of the message that is answered. */
  readonly answers?: string | undefined;
}

/** What a channel with `send` is to send for a message, in its format: as many rows as the channel's text limit asks for. */
export function outboxRowsOf(
  services: Pick<ConversationServices, 'random' | 'clock'>,
  { channel, channelKey, conversation, answers }: Destination,
  message: Message,
  purpose: OutboxRow['purpose'] = 'reply',
): readonly OutboxRow[] {
  if (channel.send === undefined) return [];
  const whole: OutboundMessage = {
    id: services.random.id('out'),
    conversation: conversation.externalId,
    text: channel.capabilities.text.format === 'plain' ? plainText(message.text) : message.text,
    attachments: message.attachments,
    actions: message.actions,
    citations: message.citations,
    ...(answers === undefined ? {} : { answers }),
  };
  const row: OutboxRow = {
    id: whole.id,
    conversationId: conversation.id,
    channel: channelKey,
    messageId: message.id,
    payload: JSON.stringify(whole),
    state: 'waiting',
    attempts: 0,
    dueAt: 0,
    providerMessageId: null,
    reason: null,
    note: null,
    createdAt: services.clock.now(),
    purpose,
    resends: 0,
  };
  return piecesOf(services, row, whole, piecesOfText(whole, channel.capabilities.text));
}

/** What is to be sent. */
export function messageIn({ payload }: Pick<OutboxRow, 'payload'>): OutboundMessage {
  return JSON.parse(payload) as OutboundMessage;
}

/** The same, for where the conversation is now: the platform may have given it another id since. */
export function messageNow(
  tenant: Pick<TenantStore, 'people' | 'conversations'>,
  row: Pick<OutboxRow, 'payload' | 'conversationId'>,
): OutboundMessage {
  const message = messageIn(row);
  const known = tenant.conversations.byId(row.conversationId);
  return known === undefined ? message : { ...message, conversation: addressNow(tenant, known) };
}

/** Approved by the platform: it may go out at any time. */
export function isTemplate(row: OutboxRow): boolean {
  return messageIn(row).template !== undefined;
}

/** The row in pieces. The first keeps its id; the last carries what is not text. */
export function piecesOf(
  services: Pick<ConversationServices, 'random'>,
  row: OutboxRow,
  whole: OutboundMessage,
  pieces: readonly string[],
): readonly OutboxRow[] {
  const { progress: _, ...said } = whole;
  return pieces.map((text, index) => {
    const id = index === 0 ? row.id : services.random.id('out');
    const rest = index < pieces.length - 1 ? { attachments: [], actions: [], citations: [] } : {};
    return { ...row, id, payload: JSON.stringify({ ...said, ...rest, id, text } satisfies OutboundMessage) };
  });
}

/** The pieces take the row's place: what waited behind it goes behind them. */
export function replaceByPieces(outbox: Outbox, row: OutboxRow, pieces: readonly OutboxRow[]): void {
  const behind = outbox.unsettledOf(row.conversationId).filter(({ id }) => id !== row.id);
  for (const piece of pieces) {
    if (piece.id === row.id) outbox.setPayload(row.id, piece.payload);
    else outbox.insert(piece);
  }
  for (const { id } of behind) outbox.moveToEnd(id);
}
