import {
  type ConversationMove,
  type DeliveryStatus,
  type InboundMessage,
  PolyphonError,
  type Receipt,
} from '../../contract/index.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { keepStatuses } from '../outbox/delivery-news.ts';
import type { OutboxSender } from '../outbox/outbox-sender.ts';
import { type SessionStream, streamKeeping } from '../session/session-stream.ts';
import { Arrival } from './arrival.ts';
import type { ArrivalRules } from './arrival-context.ts';
import type { Mailboxes } from './mailboxes.ts';
import { moveConversations } from './move-conversations.ts';
import { type LaterNotice, tellLater } from './tell-later.ts';
import { TokenBuckets } from './token-buckets.ts';
import { requireUsable } from './usable-inbound.ts';

/** What one request or one look at a channel brought. */
interface Told {
  readonly messages: readonly InboundMessage[];
  readonly statuses: readonly DeliveryStatus[];
  readonly moves: readonly ConversationMove[];
}

/** Makes messages durable, tells the duplicate from the new, and hands the new to their mailbox. */
export class Receiver {
  readonly #services: ConversationServices;
  readonly #mailboxes: Mailboxes;
  readonly #sender: OutboxSender;
  readonly #buckets: TokenBuckets;

  constructor(services: ConversationServices, mailboxes: Mailboxes, sender: OutboxSender) {
    this.#services = services;
    this.#mailboxes = mailboxes;
    this.#sender = sender;
    this.#buckets = new TokenBuckets(services.clock);
  }

  /** @throws PolyphonError CNV5037, TEN2101, TEN2102, TEN2103, STO7002: nothing was kept then, and the platform sends it again. */
  async receive(
    tenantId: string,
    channelKey: string,
    { messages, statuses, moves }: Told,
  ): Promise<readonly Receipt[]> {
    for (const message of messages) requireUsable(channelKey, message);
    using lease = this.#services.leases.acquire(tenantId);
    const { runtime } = lease;
    const channel = await runtime.channel(channelKey, runtime.signal);
    const rules: ArrivalRules = {
      bot: runtime.bot,
      channel: channelKey,
      port: channel,
      sessions: channel.send === undefined ? 'created' : 'implied',
      // A streaming channel shows that the bot writes; there a wait would only be slow.
      waitMs: channel.capabilities.streaming === 'events' ? 0 : runtime.bot.session.coalesceMs,
    };
    // All of them are queued in this tick, so they share one commit.
    const moved = moveConversations(this.#services, tenantId, channelKey, moves);
    const told = keepStatuses(this.#services, tenantId, channelKey, statuses);
    const receipts = messages.map((message) => this.#receiveOne(tenantId, rules, message));
    await Promise.all([moved, told, ...receipts]);
    return await Promise.all(receipts);
  }

  async #receiveOne(tenantId: string, rules: ArrivalRules, inbound: InboundMessage): Promise<Receipt> {
    const { store, streams } = this.#services;
    using held = new DisposableStack();
    const arrival = new Arrival({
      services: this.#services,
      mailboxes: this.#mailboxes,
      buckets: this.#buckets,
      tenant: store.forTenant(tenantId),
      rules,
      inbound,
      hold: (sessionId): SessionStream => held.use(streams.hold(tenantId, sessionId, streamKeeping(rules.port))),
    });
    const begin = (): void => {
      const { staged, offer } = arrival.outcome;
      for (const [stream, event] of staged) stream.publish(event);
      if (offer === undefined) return;
      const { conversationId, overlap, ...turn } = offer;
      this.#mailboxes.offer(tenantId, conversationId, turn, overlap);
    };
    // What a turn says goes out when its own commit is on the disk, and all before it are then; who reads along would see it earlier.
    const readsAlong = streamKeeping(rules.port) === 'stored';
    const receipt = await store.write(
      () => arrival.store(),
      () => {
        if (readsAlong) begin();
        const { silencedIn } = arrival.outcome;
        if (silencedIn !== undefined) this.#mailboxes.interrupt(tenantId, silencedIn, wantsNoMore());
      },
      readsAlong ? undefined : begin,
    );
    const { events, tellLater: later, answeredIn } = arrival.outcome;
    for (const event of events) this.#services.events.emit(event);
    if (later !== undefined) void this.#tellLater(tenantId, later);
    if (answeredIn !== undefined) this.#sender.kick(tenantId, answeredIn);
    return receipt;
  }

  async #tellLater(tenantId: string, notice: LaterNotice): Promise<void> {
    try {
      if (await tellLater(this.#mailboxes, notice)) this.#sender.kick(tenantId, notice.conversation.id);
    } catch (error) {
      this.#services.log.info('a person was not told of a limit, because the process is stopping', {
        tenant: tenantId,
        error,
      });
    }
  }
}

function wantsNoMore(): PolyphonError {
  return new PolyphonError('CNV5014', 'The person has sent STOP. What they had asked before is answered by nobody.');
}
