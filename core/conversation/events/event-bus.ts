import type { BotEvent, Logger } from '../../contract/index.ts';

/** What happened, to whoever wants to know. */
export interface EventBus {
  /** Subscribers run at once, in the order they came; one that throws is logged and hurts nobody. */
  emit(event: BotEvent): void;
  /** Every event of one tenant, or of all with `*`, until disposed. */
  subscribe(tenantId: string, onEvent: (event: BotEvent) => void): Disposable;
}

export function createEventBus(log?: Logger): EventBus {
  const subscribers = new Map<string, Set<(event: BotEvent) => void>>();
  const tell = (key: string, event: BotEvent): void => {
    for (const onEvent of subscribers.get(key) ?? []) {
      try {
        onEvent(event);
      } catch (error) {
        log?.error('a subscriber of events threw', { tenant: event.tenantId, type: event.type, error });
      }
    }
  };
  return {
    emit: (event) => {
      tell(event.tenantId, event);
      tell('*', event);
    },
    subscribe: (tenantId, onEvent) => {
      const known = subscribers.get(tenantId) ?? new Set();
      subscribers.set(tenantId, known);
      // Wrapped, so that one function subscribed twice is two subscriptions.
      const subscription = (event: BotEvent): void => onEvent(event);
      known.add(subscription);
      return {
        [Symbol.dispose]: () => {
          known.delete(subscription);
          if (known.size === 0 && subscribers.get(tenantId) === known) subscribers.delete(tenantId);
        },
      };
    },
  };
}
