import type { Attachment } from '../contract/index.ts';
import { isFile } from '../conversation/media/fetch-file.ts';
import type { OperatorMessage } from '../conversation/operator/operator-message.ts';
import type { Kernel } from '../kernel/face.ts';

/** A message as `GET …/messages` shows it: `media` is where the operator gets a file that the platform holds. */
export interface ShownMessage extends Omit<OperatorMessage, 'attachments'> {
  readonly attachments: readonly (Attachment & { readonly media?: string })[];
}

/**
 * Names the address of each file that came by a channel which fetches them. The platform's own address is left out there: it is of no
 * use without the channel's credentials. A channel that cannot be asked keeps its addresses: they tell what is wrong.
 */
export async function withFileAddresses(
  kernel: Pick<Kernel, 'channel'>,
  place: { readonly tenantId: string; readonly conversation: string },
  messages: readonly OperatorMessage[],
  signal: AbortSignal,
): Promise<readonly ShownMessage[]> {
  const { tenantId, conversation } = place;
  const channels = new Set(messages.filter(hasFiles).map(({ channel }) => channel));
  const fetching = new Set<string>();
  for (const key of channels) if (await fetches(kernel, tenantId, key, signal)) fetching.add(key);
  if (fetching.size === 0) return messages;
  const base = `/v1/${tenantId}/conversations/${encodeURIComponent(conversation)}/messages`;
  return messages.map((message) => {
    if (!hasFiles(message) || !fetching.has(message.channel)) return message;
    const attachments = message.attachments.map((attachment, index) => {
      if (!isFile(attachment)) return attachment;
      const { url: _, ...rest } = attachment;
      return { ...rest, media: `${base}/${encodeURIComponent(message.id)}/media/${index}` };
    });
    return { ...message, attachments };
  });
}

function hasFiles({ role, attachments }: OperatorMessage): boolean {
  return role === 'contact' && attachments.some(isFile);
}

async function fetches(
  kernel: Pick<Kernel, 'channel'>,
  tenantId: string,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    using lease = await kernel.channel(tenantId, key, signal);
    return lease.channel.fetchMedia !== undefined;
  } catch {
    signal.throwIfAborted();
    return true;
  }
}
