import type { Message, OutboundMessage } from '../contract/index.ts';
import type { OutboxRow } from '../store/outbox.ts';
import type { ConversationServices } from './conversation-services.ts';
import type { TurnScene } from './turn-scene.ts';

/** What a channel with `send` is to send for a message: as many rows as the channel's text limit asks for. */
export function outboxRowsOf(
  services: Pick<ConversationServices, 'random' | 'clock'>,
  scene: Pick<TurnScene, 'channel' | 'channelKey' | 'conversation'>,
  message: Message,
): readonly OutboxRow[] {
  if (scene.channel.send === undefined) return [];
  const pieces = splitText(message.text, scene.channel.capabilities.text.maxLength);
  return pieces.map((text, index): OutboxRow => {
    const last = index === pieces.length - 1;
    const id = services.random.id('out');
    const payload: OutboundMessage = {
      id,
      conversation: scene.conversation.externalId,
      text,
      attachments: last ? message.attachments : [],
      actions: last ? message.actions : [],
      citations: last ? message.citations : [],
    };
    return {
      id,
      conversationId: scene.conversation.id,
      channel: scene.channelKey,
      messageId: message.id,
      payload: JSON.stringify(payload),
      state: 'waiting',
      attempts: 0,
      dueAt: 0,
      providerMessageId: null,
      reason: null,
      createdAt: services.clock.now(),
    };
  });
}

/** Pieces of at most `maxLength` UTF-16 units, cut at a paragraph, a sentence or a word where there is one, never inside a character. */
export function splitText(text: string, maxLength: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > maxLength) {
    const window = rest.slice(0, maxLength + 1);
    const cut = lastBreak(window, maxLength);
    pieces.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '' || pieces.length === 0) pieces.push(rest);
  return pieces;
}

function lastBreak(window: string, maxLength: number): number {
  for (const pattern of [/\n\n/g, /\n/g, /[.!?…]["»”')]?\s/g, /\s/g]) {
    const cuts = [...window.matchAll(pattern)].map((match) => match.index + match[0].length);
    const cut = cuts.findLast((end) => end <= maxLength);
    if (cut !== undefined && cut > maxLength / 3) return cut;
  }
  const code = window.charCodeAt(maxLength - 1);
  return code >= 0xd800 && code <= 0xdbff && maxLength > 1 ? maxLength - 1 : maxLength;
}
