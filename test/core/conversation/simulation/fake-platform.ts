import type { Channel, DeliveryStatus, OutboundMessage, Random, SendResult } from '../../../../core/contract/index.ts';
import type { FakeClock } from '../../../kit/index.ts';

/** What arrived at one person's telephone. */
export interface Arrived {
  readonly id: string;
  readonly text: string;
}

/** Nothing ever comes of it. Each time another: one for all would remember everybody who waits for it. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

/** What a platform can say of a message whose answer was lost: nothing, whether it has it when asked, or its name in statuses. */
export type Talent = 'silent' | 'finds' | 'confirms';

/** A messenger's platform, with a log of everything that reached a telephone. The log is the judge of a simulation. */
export class FakePlatform {
  /** By tenant and conversation, in order. */
  readonly arrived = new Map<string, Arrived[]>();
  /** When each request to send came in, by tenant and conversation. */
  readonly asked = new Map<string, number[]>();
  /** Statuses to be told, with the tenant they belong to. */
  readonly untold: { readonly tenantId: string; readonly status: DeliveryStatus }[] = [];
  readonly #clock: FakeClock;
  readonly #chance: Random;
  /** By tenant. */
  readonly talents: ReadonlyMap<string, Talent>;
  /** Every hundredth request ends as it should not, until this is over. */
  trouble: 'some' | 'none' = 'some';

  constructor(clock: FakeClock, chance: Random, talents: ReadonlyMap<string, Talent>) {
    this.#clock = clock;
    this.#chance = chance;
    this.talents = talents;
  }

  /** One process's way to the platform; `isAlive` tells whether that process still is. */
  channel(tenantId: string, isAlive: () => boolean): Channel {
    const talent = this.talents.get(tenantId);
    const find: Channel['find'] = async ({ id, conversation }) =>
      isAlive()
        ? (this.arrived.get(`${tenantId} ${conversation}`) ?? []).filter((one) => one.id === id).map(() => `at ${id}`)
        : await never();
    return {
      ...(talent === 'finds' ? { find } : {}),
      capabilities: {
        text: { maxLength: 2000, format: 'plain' },
        media: ['image'],
        buttons: 0,
        streaming: 'none',
        consent: 'opt-out',
        ...(talent === 'confirms' ? { confirmsWithinMs: 3000 } : {}),
      },
      send: async (message, signal) => {
        if (!isAlive()) return await never();
        const result = await this.#take(tenantId, message, signal, isAlive);
        return isAlive() ? result : await never();
      },
    };
  }

  async #take(
    tenantId: string,
    message: OutboundMessage,
    signal: AbortSignal,
    isAlive: () => boolean,
  ): Promise<SendResult> {
    const key = `${tenantId} ${message.conversation}`;
    this.asked.set(key, [...(this.asked.get(key) ?? []), this.#clock.now()]);
    const luck = this.trouble === 'none' ? 1 : this.#chance.next();
    if (luck < 0.15) return { status: 'rejected', reason: 'busy', retryAfterMs: 500 };
    if (luck < 0.17) return { status: 'rejected', reason: 'blocked' };
    await this.#clock.sleep(Math.floor(this.#chance.next() * 300));
    // A request that was on its way when its sender died, or whose answer got lost, has arrived half of the time.
    const isLost = luck < 0.2 || !isAlive();
    if (!isLost || this.#chance.next() < 0.5) this.#arrive(tenantId, key, message);
    if (!isLost) return { status: 'delivered', providerMessageId: `at ${message.id}` };
    if (luck < 0.18) return { status: 'uncertain' };
    // No answer, ever: the sender has to end the wait.
    return await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  }

  #arrive(tenantId: string, key: string, { id, text }: OutboundMessage): void {
    this.arrived.set(key, [...(this.arrived.get(key) ?? []), { id, text }]);
    const about = {
      providerMessageId: `at ${id}`,
      ...(this.talents.get(tenantId) === 'confirms' ? { message: id } : {}),
    };
    for (const status of ['sent', 'delivered', 'read'] as const) {
      if (this.#chance.next() < 0.5) this.untold.push({ tenantId, status: { ...about, status } });
    }
    if (this.#chance.next() < 0.05) {
      this.untold.push({ tenantId, status: { ...about, status: 'failed', reason: 'late' } });
    }
  }
}
