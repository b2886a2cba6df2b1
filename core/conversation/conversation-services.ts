import type { BotEvent, Clock, Logger, Random } from '../contract/index.ts';
import type { Store } from '../store/open-store.ts';
import type { RuntimeLeases } from './bot-runtime.ts';
import type { EventBus } from './events/event-bus.ts';
import { isoTime } from './iso-time.ts';
import type { HeldConversation } from './outbox/held-conversation.ts';
import type { SessionStreams } from './session/session-stream.ts';

/** What every part of the conversation works with. */
export interface ConversationServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly leases: RuntimeLeases;
  readonly events: EventBus;
  readonly streams: SessionStreams;
  /** Sends what has been put into the outbox of a conversation. */
  wake(tenantId: string, conversationId: string): void;
  /** See OutboxSender. */
  holdSending(tenantId: string, conversationId: string, revision: string): HeldConversation | undefined;
  /** Stores an event for the addresses a bot names, in the transaction that is open. See EventIntake. */
  keepEvent(event: BotEvent): void;
  render(template: string, variables: Readonly<Record<string, unknown>>): string;
}

/** An event without what all events of a tenant share. */
export type EventBody = BotEvent extends infer Event
  ? Event extends BotEvent
    ? Omit<Event, 'tenantId' | 'at'>
    : never
  : never;

export function emitEvent(services: ConversationServices, tenantId: string, body: EventBody): void {
  services.events.emit(eventOf(services, tenantId, body));
}

/** The event, stored with what it tells of. Call inside `Store.write`, and let `services.events` emit it once that is durable. */
export function keepEvent(services: ConversationServices, tenantId: string, body: EventBody): BotEvent {
  const event = eventOf(services, tenantId, body);
  services.keepEvent(event);
  return event;
}

function eventOf({ clock }: ConversationServices, tenantId: string, body: EventBody): BotEvent {
  return { tenantId, at: isoTime(clock.now()), ...body } as BotEvent;
}
