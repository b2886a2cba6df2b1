import { type Attachment, type Channel, PolyphonError } from '../../contract/index.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { BotRuntime } from '../bot-runtime.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { type FetchedFile, fetchFile, isFile } from '../media/fetch-file.ts';

/** It is held in memory while it goes to the operator. */
const maxBytes = 32 * 1_048_576;
const timeoutMs = 60_000;

/** Which file of which message. */
export interface FilePlace {
  readonly conversation: string;
  readonly message: string;
  /** 0 for the first of the message's attachments. */
  readonly index: number;
}

/** A file that a person sent, for the operator who looks at the conversation. */
export interface MessageFile extends FetchedFile {
  readonly kind: Attachment['kind'];
  /** As the person named it. */
  readonly name?: string;
}

/** @throws PolyphonError CNV5031 to CNV5036, TEN2101, TEN2102; the signal's reason. */
export async function readMessageFile(
  { store, leases, clock }: ConversationServices,
  tenantId: string,
  place: FilePlace,
  signal: AbortSignal,
): Promise<MessageFile> {
  const { channelKey, attachment } = find(store.forTenant(tenantId), place);
  using lease = leases.acquire(tenantId);
  const { runtime } = lease;
  const channel = await open(runtime, channelKey, signal);
  const signals = [signal, runtime.signal];
  const file = await fetchFile(channel, attachment, { clock, timeoutMs, maxBytes, signals });
  return { ...file, kind: attachment.kind, ...(attachment.name === undefined ? {} : { name: attachment.name }) };
}

function find(tenant: TenantStore, { conversation, message: id, index }: FilePlace) {
  const message =
    tenant.messages.seqIn({ conversationId: conversation }, id) === undefined ? undefined : tenant.messages.byId(id);
  const attachment = message?.role === 'contact' ? message.attachments[index] : undefined;
  if (message === undefined || attachment === undefined || !isFile(attachment)) {
    throw new PolyphonError(
      'CNV5031',
      'File: this conversation has none at this place. GET …/conversations/:id/messages names the addresses in `media`.',
    );
  }
  return { channelKey: message.channel, attachment };
}

async function open(runtime: BotRuntime, channelKey: string, signal: AbortSignal): Promise<Channel> {
  try {
    return await runtime.channel(channelKey, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new PolyphonError(
      'CNV5033',
      `File: it came by the channel ${channelKey}, which the bot does not have now. Turn it on again in bot.yaml; \`polyphon doctor\` tells what keeps it from opening.`,
      { cause: error },
    );
  }
}
