import { messageIn } from '../outbox/outbox-rows.ts';
import type { ArrivalContext } from './arrival-context.ts';

const maxLength = 300;

/**
 * What a message answers, on one line and shortened: as the platform repeats it, else as it was said or sent here. A pressed button
 * names the message it hangs under; that is no quotation.
 */
export function quotedWords(
  { tenant, rules, inbound }: ArrivalContext,
  conversationId: string | undefined,
): string | undefined {
  const { quotes, action } = inbound;
  if (quotes === undefined || action !== undefined) return undefined;
  const text = (quotes.text ?? heard() ?? sent() ?? '').replace(/\s+/g, ' ').trim().toWellFormed();
  if (text === '') return undefined;
  return text.length <= maxLength ? text : `${text.slice(0, maxLength).toWellFormed()}…`;

  function heard(): string | undefined {
    const row =
      conversationId === undefined ? undefined : tenant.inbox.find(rules.channel, conversationId, quotes?.id ?? '');
    return row === undefined ? undefined : tenant.messages.byId(row.messageId)?.text;
  }

  /** The piece that is quoted, of an answer in several. What an invitation asks for the person has not read yet. */
  function sent(): string | undefined {
    const row = tenant.outbox.byProviderMessageId(rules.channel, quotes?.id ?? '');
    if (row === undefined || row.conversationId !== conversationId || row.purpose === 'invitation') return undefined;
    return messageIn(row).text;
  }
}
