import { type InboundMessage, PolyphonError } from '../../contract/index.ts';

/**
 * What a channel delivers is the plugin's word, and one in JavaScript has no compiler: without the platform's id of the conversation each
 * message would begin a new one, without its own it could come twice.
 * @throws PolyphonError CNV5037; the platform then sends it again, to a plugin that is mended.
 */
export function requireUsable(channelKey: string, inbound: InboundMessage): void {
  const wrong = wrongIn(inbound);
  if (wrong === undefined) return;
  throw new PolyphonError(
    'CNV5037',
    `Channel '${channelKey}': it delivered a message whose ${wrong}. Nothing of the request was kept. Correct the plugin; \`channelSuite\` of \`polyphon/testing\` finds it.`,
  );
}

function wrongIn(inbound: InboundMessage): string | undefined {
  const { id, conversation, contact, text, attachments } = inbound as Partial<InboundMessage>;
  if (!isName(id)) return '`id` is no text';
  if (!isName(conversation)) return '`conversation` is no text';
  if (!isName(contact?.id)) return '`contact.id` is no text';
  const aliases: unknown = contact?.aliases ?? [];
  if (!Array.isArray(aliases) || !aliases.every(isName)) return '`contact.aliases` are no list of texts';
  if (text !== undefined && typeof text !== 'string') return '`text` is no text';
  return attachments === undefined || Array.isArray(attachments) ? undefined : '`attachments` are no list';
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
