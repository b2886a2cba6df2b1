import { type BotEvent, type Clock, PolyphonError } from '../contract/index.ts';
import { readWebhookLog } from '../conversation/webhook-log/webhook-log-reader.ts';
import type { OperatorConversations, OperatorDeliveries } from '../http/operator-port.ts';
import type { Application } from '../kernel/application.ts';

/** The most conversations one page of a list looks through. */
const mostListed = 1000;
/** Events that wait for a slow reader; older ones are dropped, as it can ask for the state at any time. */
const mostWaiting = 500;

/** The engine as the operators' routes see it: what is not there is `undefined` or false, not an error. */
export function createOperatorDesk({ conversations, store, events }: Application): OperatorConversations {
  return {
    list: async (tenantId, { limit, before }, signal) => {
      const views = await conversations.list(tenantId, { limit: before === undefined ? limit : mostListed }, signal);
      const from = before === undefined ? 0 : views.findIndex((view) => view.id === before) + 1;
      return views.slice(from, from + limit).map((view) => ({ ...view, lastMessageAt: view.lastActiveAt }));
    },
    messages: (tenantId, conversation, query, signal) =>
      unlessMissing(conversations.messages(tenantId, conversation, query, signal)),
    file: (tenantId, place, signal) => conversations.file(tenantId, place, signal),
    take: async (tenantId, conversation, signal) =>
      (await unlessMissing(conversations.take(tenantId, conversation, signal))) !== undefined,
    return: async (tenantId, conversation, signal) =>
      (await unlessMissing(conversations.return(tenantId, conversation, signal))) !== undefined,
    say: (tenantId, conversation, words, signal) =>
      unlessMissing(conversations.say(tenantId, conversation, words, signal)),
    usage: async (tenantId) => store.forTenant(tenantId).usage.since(''),
    events: (tenantId, signal) => follow(tenantId, signal, events),
  };
}

/** What became of messages and requests, as the operators' routes see it. */
export function createDeliveryDesk({ conversations, store }: Application, clock: Clock): OperatorDeliveries {
  return {
    deadLetters: (tenantId, query, signal) => conversations.deadLetters(tenantId, query, signal),
    retry: (tenantId, id, signal) => unlessMissing(conversations.retryDeadLetter(tenantId, id, signal)),
    dismiss: (tenantId, id, signal) => unlessMissing(conversations.dismissDeadLetter(tenantId, id, signal)),
    webhookLog: async (tenantId, query) => readWebhookLog(store.forTenant(tenantId), query, clock.now()),
  };
}

async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof PolyphonError && (error.code === 'CNV5001' || error.code === 'CNV5009')) return undefined;
    throw error;
  }
}

async function* follow(tenantId: string, signal: AbortSignal, bus: Application['events']): AsyncGenerator<BotEvent> {
  const waiting: BotEvent[] = [];
  let wake = Promise.withResolvers<void>();
  const onAbort = () => wake.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  using _ = bus.subscribe(tenantId, (event) => {
    if (waiting.push(event) > mostWaiting) waiting.shift();
    wake.resolve();
  });
  try {
    while (!signal.aborted) {
      for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) yield event;
      if (signal.aborted) return;
      await wake.promise;
      wake = Promise.withResolvers();
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
