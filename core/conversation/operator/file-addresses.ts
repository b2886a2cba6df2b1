import type { Attachment, BotEvent, Channel, Message } from '../../contract/index.ts';
import { isFile } from '../media/fetch-file.ts';

/** A message as operators see it: `media` is where they get a file that the platform holds. */
export type ShownMessage<Of extends Message = Message> = Omit<Of, 'attachments'> & {
  readonly attachments: readonly (Attachment & { readonly media?: string })[];
};

/** Whether the channel under this key fetches the files that come by it. */
export type Fetches = (channelKey: string) => Promise<boolean>;

/**
 * Names the address of each file that came by a channel which fetches them. The platform's own address is left out there: it is of no
 * use without the channel's credentials.
 */
export async function withFileAddresses<Of extends Message>(
  fetches: Fetches,
  place: { readonly tenantId: string; readonly conversation: string },
  messages: readonly Of[],
): Promise<readonly ShownMessage<Of>[]> {
  const { tenantId, conversation } = place;
  const channels = new Set(messages.filter(hasFiles).map(({ channel }) => channel));
  const fetching = new Set<string>();
  for (const key of channels) if (await fetches(key)) fetching.add(key);
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

/** An event as operators and their addresses are told it: a message in it is as `GET …/messages` shows it. */
export async function shownEvent(fetches: Fetches, event: BotEvent): Promise<BotEvent> {
  if (!bringsFiles(event)) return event;
  const [message = event.message] = await withFileAddresses(fetches, event, [event.message]);
  return { ...event, message };
}

export function bringsFiles(event: BotEvent): event is Extract<BotEvent, { readonly message: Message }> {
  return 'message' in event && hasFiles(event.message);
}

/** A channel that cannot be opened is taken to fetch files: their addresses then tell what is wrong. */
export function fetchesFiles(opened: Promise<Pick<Channel, 'fetchMedia'>>): Promise<boolean> {
  return opened.then(
    (channel) => channel.fetchMedia !== undefined,
    () => true,
  );
}

function hasFiles({ role, attachments }: Message): boolean {
  return role === 'contact' && attachments.some(isFile);
}
