import type { Channel, DeliveryStatus, OutboundMessage, Random, SendResult } from '../../../../core/contract/index.ts';
import type { Store } from '../../../../core/store/open-store.ts';
import type { OutboxRow } from '../../../../core/store/outbox.ts';
import type { FakeClock } from '../../../kit/index.ts';
import { type FakePlatform, never } from './fake-platform.ts';
import type { Features } from './features.ts';
import { conversationOf } from './two-ids.ts';
import type { Witness } from './witness.ts';

/** The last of them is the message itself, as the platform's log has it. */
const partsEach = 3;
const nameOf = (id: string, part: number): string => `part ${part} of ${id}`;

/** What of messages in parts has reached a telephone, but for their last parts. */
export class PartLog {
  /** By id of the message: the parts, in the order in which they arrived. */
  readonly arrived = new Map<string, number[]>();
  /** Messages of which a part has failed: sent again, they go out whole. */
  readonly #failed = new Set<string>();
  readonly #clock: FakeClock;
  readonly #chance: Random;
  readonly #platform: FakePlatform;

  constructor(clock: FakeClock, chance: Random, platform: FakePlatform) {
    this.#clock = clock;
    this.#chance = chance;
    this.#platform = platform;
  }

  /** A channel that sends all but templates in parts, as one does that has files to send, and keeps how far it has come. */
  channel(tenantId: string, whole: Channel, isAlive: () => boolean): Channel {
    return {
      ...whole,
      send: async (message, signal, keep) => {
        this.#platform.begunAtMs.set(message.id, this.#clock.now());
        if (message.template !== undefined) return (await whole.send?.(message, signal)) ?? { status: 'uncertain' };
        const progress = { next: 0, isUnsure: false, ...JSON.parse(message.progress ?? '{}') };
        for (; progress.next < partsEach; progress.next += 1) {
          const isLast = progress.next === partsEach - 1;
          const result = isLast
            ? await whole.send?.(message, signal)
            : await this.#take(tenantId, message, progress.next, isAlive);
          if (result?.status === 'rejected') return result;
          progress.isUnsure ||= result?.status === 'uncertain';
          if (isLast && result?.status === 'delivered' && !progress.isUnsure) return result;
          await keep?.(JSON.stringify({ ...progress, next: progress.next + 1 }));
        }
        return { status: 'uncertain' };
      },
    };
  }

  /** More parts than so many have come too often, or one has not come though all is said to be out. */
  objectionsTo(row: OutboxRow, timesWhole: number, mostDoubled: number): readonly string[] {
    const arrived = this.arrived.get(row.id) ?? [];
    const counts = Array.from({ length: partsEach - 1 }, (_, part) => arrived.filter((one) => one === part).length);
    const doubled = [...counts, timesWhole].reduce((sum, count) => sum + Math.max(0, count - 1), 0);
    const most = this.#failed.has(row.id) ? partsEach * (row.resends + 1) : mostDoubled;
    const objections = doubled > most ? [`${doubled} parts doubled, sent again ${row.resends} times`] : [];
    const isOut = row.state === 'delivered' && timesWhole > 0 && !row.payload.includes('"template":');
    return isOut && counts.includes(0) ? [...objections, `a part has not come: ${counts.join(' ')}`] : objections;
  }

  async #take(tenantId: string, { id }: OutboundMessage, part: number, isAlive: () => boolean): Promise<SendResult> {
    if (!isAlive()) return await never();
    const luck = this.#platform.trouble === 'none' ? 1 : this.#chance.next();
    if (luck < 0.1) return { status: 'rejected', reason: 'busy', retryAfterMs: 500 };
    if (luck < 0.12) return { status: 'rejected', reason: 'blocked' };
    await this.#clock.sleep(Math.floor(this.#chance.next() * 300));
    const isLost = luck < 0.15 || !isAlive();
    const providerMessageId = nameOf(id, part);
    if (!isLost || this.#chance.next() < 0.5) {
      this.arrived.set(id, [...(this.arrived.get(id) ?? []), part]);
      const about: DeliveryStatus = { providerMessageId, message: id, part: true, status: 'sent' };
      const status: DeliveryStatus =
        this.#chance.next() < 0.05 ? { ...about, status: 'failed', reason: 'late' } : about;
      if (status.status === 'failed') this.#failed.add(id);
      this.#platform.untold.push({ tenantId, status });
    }
    if (!isAlive()) return await never();
    return isLost ? { status: 'uncertain' } : { status: 'delivered', providerMessageId };
  }
}

/** It is a dead letter because one of its parts failed. */
export function isOfFailedPart(row: OutboxRow | undefined): boolean {
  return row?.providerMessageId?.startsWith('part ') === true;
}

/** Of every message: whatever ended in the middle of it, one part comes twice, and none is left out. */
export function judgeParts(
  log: PartLog,
  {
    witness,
    platform,
    store,
    features,
  }: {
    readonly witness: Witness;
    readonly platform: FakePlatform;
    readonly store: Store;
    readonly features: Features;
  },
): readonly string[] {
  return witness.people.flatMap(({ tenantId, conversation }) => {
    const { conversations, messages, outbox } = store.forTenant(tenantId);
    const known = conversationOf(conversations, conversation);
    const history = known === undefined ? [] : messages.after({ conversationId: known.id }, 0, 500);
    const arrived = platform.arrived.get(`${tenantId} ${conversation}`) ?? [];
    return history
      .flatMap(({ id }) => outbox.ofMessage(id))
      .flatMap((row) => {
        // A store that refuses keeps nothing of what is out.
        const mostDoubled = features.outages ? partsEach * row.resends : row.resends;
        return log.objectionsTo(row, arrived.filter(({ id }) => id === row.id).length, mostDoubled);
      })
      .map((objection) => `${tenantId} ${conversation}: ${objection}`);
  });
}
