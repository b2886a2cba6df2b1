import type { Channel, ResolvedBot } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import { quietOf } from './quiet-hours.ts';
import type { SendFacts } from './send-policy.ts';
import { isWindowClosed } from './window-closed.ts';

/** What the store, the channel and the bot know about a row that is about to go out. */
export function sendFacts(
  { inbox, contacts, conversations }: TenantStore,
  row: OutboxRow,
  channel: Channel,
  bot: ResolvedBot,
  nowMs: number,
): SendFacts {
  const { capabilities, outsideWindow } = channel;
  const asksConsent = capabilities.consent === 'opt-out';
  const contactId = asksConsent ? conversations.byId(row.conversationId)?.contactId : undefined;
  const quiet = quietOf(bot, row.channel);
  const windowed = capabilities.replyWindowMs !== undefined || quiet !== undefined;
  return {
    capabilities,
    ...(outsideWindow === undefined ? {} : { outsideWindow: outsideWindow.bind(channel) }),
    nowMs,
    lastHeardMs: windowed ? inbox.lastHeardAt(row.channel, row.conversationId) : undefined,
    consent: contactId !== undefined && contacts.hasOptedOut(row.channel, contactId) ? 'out' : 'none',
    purpose: row.purpose,
    quiet,
    toldClosed: row.reason !== null && isWindowClosed(row.reason) ? row.reason : undefined,
  };
}
