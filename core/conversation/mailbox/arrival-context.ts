import type { Channel, InboundMessage, Message, ResolvedBot } from '../../contract/index.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { ConversationServices, EventBody } from '../conversation-services.ts';
import { newMessage } from '../session/new-message.ts';
import type { SessionStream } from '../session/session-stream.ts';

/** Longer texts are cut: no person types them, and every model would choke on them. In UTF-16 units. */
const maxTextLength = 32_000;

/** By which rules the messages of a channel arrive. */
export interface ArrivalRules {
  readonly bot: ResolvedBot;
  readonly channel: string;
  readonly port: Channel;
  /** A channel without `send` has sessions that somebody has to create first. */
  readonly sessions: 'created' | 'implied';
  /** How long a turn waits for more of a burst. */
  readonly waitMs: number;
}

/** What the parts of an arrival share; all of them run inside one `Store.write`. */
export interface ArrivalContext {
  readonly services: ConversationServices;
  readonly tenant: TenantStore;
  readonly rules: ArrivalRules;
  readonly inbound: InboundMessage;
  readonly nowMs: number;
  /** Told once it is durable. */
  happened(event: EventBody): void;
  stage(sessionId: string, event: Parameters<SessionStream['stage']>[0]): void;
}

/** Where a message belongs. */
export interface Place {
  readonly conversationId: string;
  readonly sessionId: string;
}

/** The message as it is stored. */
export function arrivedMessage(
  { services, rules, inbound, nowMs }: ArrivalContext,
  role: Message['role'],
  more: Pick<Message, 'author' | 'quotes'> = {},
): Message {
  const { text, action, attachments } = inbound;
  return newMessage(services.random, {
    role,
    text: (text ?? action?.label ?? action?.id ?? '').slice(0, maxTextLength).toWellFormed(),
    attachments: attachments ?? [],
    actions: action === undefined ? [] : [{ id: action.id, label: action.label ?? action.id }],
    channel: rules.channel,
    atMs: nowMs,
    ...more,
  });
}

/**
 * When the person wrote: the platform may tell late, and its clock may be ahead of ours. In milliseconds since the epoch; 0 where they
 * did not write, so that it is no news for a platform's window.
 */
export function heardAt({ inbound, nowMs }: ArrivalContext): number {
  if (inbound.reply === 'none') return 0;
  return Math.min(nowMs, inbound.sentAt ?? nowMs);
}
