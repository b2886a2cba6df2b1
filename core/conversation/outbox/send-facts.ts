import type { Channel, ResolvedBot } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import { quietOf } from './quiet-hours.ts';
import type { SendFacts } from './send-policy.ts';
import { isWindowClosed } from './window-closed.ts';

/** What the store, the channel and the bot know about a row that is about to go out. */
export function sendFacts(
  tenant: TenantStore,
  row: OutboxRow,
  channel: Channel,
  bot: ResolvedBot,
  nowMs: number,
): SendFacts {
  const { capabilities, outsideWindow } = channel;
  const { inbox } = tenant;
  const quiet = quietOf(bot, row.channel);
  const windowed = capabilities.replyWindowMs !== undefined || quiet !== undefined;
  return {
    capabilities,
    ...(outsideWindow === undefined ? {} : { outsideWindow: outsideWindow.bind(channel) }),
    nowMs,
    lastHeardMs: windowed ? inbox.lastHeardAt(row.channel, row.conversationId) : undefined,
    consent: hasLeft(tenant, row, channel) ? 'out' : 'none',
    purpose: row.purpose,
    quiet,
    toldClosed: row.reason !== null && isWindowClosed(row.reason) ? row.reason : undefined,
  };
}

/** Whether the person has opted out of the channel. */
export function hasLeft(
  { inbox, contacts, conversations }: TenantStore,
  { channel: key, conversationId }: OutboxRow,
  { capabilities, addressForm }: Channel,
): boolean {
  const conversation = capabilities.consent === 'opt-out' ? conversations.byId(conversationId) : undefined;
  if (conversation === undefined) return false;
  if (contacts.hasOptedOut(key, conversation.contactId)) return true;
  const others = addressForm?.alike?.(conversation.externalId) ?? [];
  // Who has written from there is known by that id, and others by theirs.
  if (others.length === 0 || inbox.lastHeardAt(key, conversationId) !== undefined) return false;
  return others.some((externalId) => contacts.hasOptedOutAt({ channel: key, externalId }));
}
