import type { InboundMessage, Receipt } from '../contract/index.ts';
import { Arrival, type ArrivalRules } from './arrival.ts';
import { type ConversationServices, emitEvent } from './conversation-services.ts';
import type { Mailboxes } from './mailboxes.ts';
import type { SessionStream } from './session-stream.ts';
import type { TokenBuckets } from './token-buckets.ts';

/** Makes messages durable, tells the duplicate from the new, and hands the new to their mailbox. */
export class Receiver {
  readonly #services: ConversationServices;
  readonly #mailboxes: Mailboxes;
  readonly #buckets: TokenBuckets;

  constructor(services: ConversationServices, mailboxes: Mailboxes, buckets: TokenBuckets) {
    this.#services = services;
    this.#mailboxes = mailboxes;
    this.#buckets = buckets;
  }

  /** @throws PolyphonError TEN2101, TEN2102, TEN2103, STO7002: nothing was kept then, and the platform sends it again. */
  async receive(
    tenantId: string,
    channelKey: string,
    messages: readonly InboundMessage[],
  ): Promise<readonly Receipt[]> {
    using lease = this.#services.leases.acquire(tenantId);
    const { runtime } = lease;
    const channel = await runtime.channel(channelKey, runtime.signal);
    const rules: ArrivalRules = {
      bot: runtime.bot,
      channel: channelKey,
      sessions: channel.send === undefined ? 'created' : 'implied',
    };
    // A streaming channel shows that the bot writes; there a wait would only be slow.
    const coalesceMs = channel.capabilities.streaming === 'events' ? 0 : runtime.bot.session.coalesceMs;
    return await Promise.all(messages.map((message) => this.#receiveOne(tenantId, rules, coalesceMs, message)));
  }

  async #receiveOne(
    tenantId: string,
    rules: ArrivalRules,
    coalesceMs: number,
    inbound: InboundMessage,
  ): Promise<Receipt> {
    const { store, streams } = this.#services;
    using held = new DisposableStack();
    const { receipt, events } = await store.write(
      () => {
        const arrival = new Arrival({
          services: this.#services,
          mailboxes: this.#mailboxes,
          buckets: this.#buckets,
          tenant: store.forTenant(tenantId),
          rules,
          inbound,
          hold: (sessionId): SessionStream => held.use(streams.hold(tenantId, sessionId)),
        });
        return { receipt: arrival.store(), events: arrival.events, staged: arrival.staged, offer: arrival.offer };
      },
      ({ staged, offer }) => {
        for (const [stream, event] of staged) stream.publish(event);
        if (offer === undefined) return;
        const { conversationId, turnId, receivedAtMs } = offer;
        const turn = { turnId, dueAtMs: receivedAtMs + coalesceMs };
        this.#mailboxes.offer(tenantId, conversationId, turn, rules.bot.session.overlap);
      },
    );
    for (const event of events) emitEvent(this.#services, tenantId, event);
    return receipt;
  }
}
