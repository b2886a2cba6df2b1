import type { BotEvent, ResolvedBot } from '../../contract/index.ts';
import { isMailAddress } from './handoff-letter.ts';
import type { Mail } from './mail.ts';

/** Where a bot tells what happens in it. */
export interface Target {
  readonly url: string;
  /** Of a web address; letters are not signed. */
  readonly secret: string;
}

/** What goes to which address. One that is named twice is told once. */
export function bodiesFor(event: BotEvent, bot: ResolvedBot, mail: Mail | undefined): ReadonlyMap<string, string> {
  const bodies = new Map<string, string>();
  if (bot.events.length === 0 && event.type !== 'handoff.requested') return bodies;
  const { type, at, ...data } = event;
  if (event.type === 'handoff.requested' && bot.handoff !== undefined) {
    for (const url of notified(bot, mail)) bodies.set(url, bodyOf(type, at, { ...data, inbox: bot.handoff.inbox }));
  }
  for (const { url, types } of bot.events) {
    if (types.length === 0 || types.includes(type)) bodies.set(url, bodyOf(type, at, data));
  }
  return bodies;
}

function bodyOf(type: string, timestamp: string, data: object): string {
  return JSON.stringify({ type, timestamp, data });
}

export function targetsOf(bot: ResolvedBot, mail: Mail | undefined): readonly Target[] {
  return [...bot.events, ...notified(bot, mail).map((url) => ({ url, secret: bot.handoff?.secret ?? '' }))];
}

/** Validation warns of letters without a mail server, and refuses a web address without a secret. */
function notified({ handoff }: ResolvedBot, mail: Mail | undefined): readonly string[] {
  return (handoff?.notify ?? []).filter((address) =>
    isMailAddress(address) ? mail !== undefined : handoff?.secret !== undefined,
  );
}

export function conversationOf(event: BotEvent, ofSession: (id: string) => string | undefined): string | null {
  if ('conversation' in event) return event.conversation;
  return ('session' in event ? ofSession(event.session) : undefined) ?? null;
}

/** Paths and queries may hold tokens, and before an @ stands a person. */
export function hostOf(url: string): string {
  if (isMailAddress(url)) return url.slice(url.lastIndexOf('@') + 1);
  return URL.parse(url)?.host ?? 'not an address';
}

/** One queue, of one bot and one address. */
export function addressKey(tenantId: string, url: string): string {
  return `${tenantId} ${url}`;
}
