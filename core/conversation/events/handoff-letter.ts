import type { ResolvedBot } from '../../contract/index.ts';
import type { QueuedEvent } from '../../store/event-queue.ts';
import { letterTexts } from '../texts/letter-texts.ts';
import { writtenMoment } from '../texts/spoken-time.ts';
import type { Letter } from './mail.ts';

/** What was queued: the event as a webhook would carry it. */
interface Queued {
  readonly timestamp: string;
  readonly data: { readonly conversation: string; readonly inbox: string; readonly reason: string };
}

/** Tells an operator that somebody waits. Nothing of what was said and nothing of who said it: mail is read by many programs. */
export function handoffLetter(
  row: Pick<QueuedEvent, 'id' | 'url' | 'payload'>,
  bot: ResolvedBot,
  channelOf: (conversationId: string) => string | undefined,
): Letter {
  const { timestamp, data } = JSON.parse(row.payload) as Queued;
  const language = bot.languages.default;
  const texts = letterTexts[language] ?? letterTexts.en;
  const name = (bot.name[language] ?? Object.values(bot.name)[0] ?? bot.tenantId).replace(/\s+/g, ' ').trim();
  const atMs = Date.parse(timestamp);
  const when = writtenMoment(language, { atMs, timezone: bot.timezone });
  const channel = channelOf(data.conversation);
  const lines = [
    texts.opening,
    '',
    `${texts.bot}: ${name} (${bot.tenantId})`,
    `${texts.inbox}: ${data.inbox}`,
    ...(channel === undefined ? [] : [`${texts.channel}: ${channel}`]),
    `${texts.why}: ${texts.reasons[data.reason] ?? data.reason}`,
    `${texts.when}: ${when}`,
    `${texts.conversation}: ${data.conversation}`,
  ];
  return {
    id: row.id,
    to: addressOf(row.url),
    subject: `${name}: ${texts.subject}`,
    text: `${lines.join('\n')}\n`,
    at: atMs,
  };
}

export function isMailAddress(url: string): boolean {
  return url.startsWith('mailto:');
}

function addressOf(url: string): string {
  return decodeURIComponent(url.slice('mailto:'.length));
}
