import type { Channel, DeliveryStatus, OutboundMessage, Random, SendResult } from '../../../../core/contract/index.ts';
import type { FakeClock } from '../../../kit/index.ts';
import { telephoneOf } from './two-ids.ts';

/** What arrived at one person's telephone. */
export interface Arrived {
  readonly id: string;
  readonly text: string;
  readonly providerMessageId: string;
  /** When the request came in. */
  readonly askedAtMs: number;
}

/** Nothing ever comes of it. Each time another: one for all would remember everybody who waits for it. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

/** What a platform can say of a message whose answer was lost: nothing, whether it has it when asked, or its name in statuses. */
export type Talent = 'silent' | 'finds' | 'confirms';

/** For so long after a person has written the platform takes free text; what it says of the rest, and in what form the rest may go out. */
export interface WindowRules {
  readonly windowMs: number;
  /** As long as it is at the least, where it became longer. */
  readonly leastMs: number;
  /** Where the platform alone knows it, every message is sent to learn that it must not be. */
  readonly knownTo: 'channel' | 'platform';
  readonly tells: 'at-once' | 'late';
  readonly outside: 'nothing' | 'invites' | 'carries' | 'either';
}

const closedReason = '131047 window-closed';
const invitation = { name: 'continue', language: 'en', parameters: [] };
/** The channel's clock and the platform's are not the same. */
export const skewMs = 1000;

/** The template for a text after the window has closed: it carries it, or asks the person to write. */
export function templateFor(outside: WindowRules['outside'], text: string): OutboundMessage['template'] {
  if (outside === 'nothing') return undefined;
  const isCarried = outside === 'carries' || (outside === 'either' && text.length % 2 === 0);
  return isCarried ? { ...invitation, name: 'carries', parameters: [text], carriesMessage: true } : invitation;
}

/** A messenger's platform, with a log of everything that reached a telephone. The log is the judge of a simulation. */
export class FakePlatform {
  /** By tenant and conversation, in order. */
  readonly arrived = new Map<string, Arrived[]>();
  /** When each request to send came in, by tenant and conversation: of one in parts, the first. */
  readonly asked = new Map<string, number[]>();
  /** When the first part of a message went out of which another one is the next, by id of the message. */
  readonly begunAtMs = new Map<string, number>();
  /** Templates that ask the person to write, by tenant and conversation. */
  readonly invited = new Map<string, Arrived[]>();
  /** When each person last wrote, by tenant and conversation. */
  readonly heard = new Map<string, number>();
  /** By tenant; absent where free text is taken at any time. */
  readonly windows = new Map<string, WindowRules>();
  /** Statuses to be told, with the tenant they belong to. */
  readonly untold: { readonly tenantId: string; readonly status: DeliveryStatus }[] = [];
  readonly #clock: FakeClock;
  readonly #chance: Random;
  readonly #times = new Map<string, number>();
  /** By tenant. */
  readonly talents: ReadonlyMap<string, Talent>;
  /** Every hundredth request ends as it should not, until this is over. */
  trouble: 'some' | 'none' = 'some';

  readonly #maxLength: number;

  constructor(clock: FakeClock, chance: Random, talents: ReadonlyMap<string, Talent>, maxLength: number) {
    this.#maxLength = maxLength;
    this.#clock = clock;
    this.#chance = chance;
    this.talents = talents;
  }

  /** One process's way to the platform; `isAlive` tells whether that process still is. */
  channel(tenantId: string, isAlive: () => boolean): Channel {
    const talent = this.talents.get(tenantId);
    const window = this.windows.get(tenantId);
    const find: Channel['find'] = async ({ id, conversation }) =>
      isAlive()
        ? this.#takenOf(`${tenantId} ${telephoneOf(conversation)}`, id).map(
            ({ providerMessageId }) => providerMessageId,
          )
        : await never();
    return {
      ...(talent === 'finds' ? { find } : {}),
      capabilities: {
        text: { maxLength: this.#maxLength, format: 'plain' },
        media: ['image'],
        buttons: 0,
        streaming: 'none',
        consent: 'opt-out',
        ...(talent === 'confirms' ? { confirmsWithinMs: 3000 } : {}),
        ...(window?.knownTo === 'channel' ? { replyWindowMs: window.windowMs } : {}),
      },
      ...(window === undefined
        ? {}
        : {
            outsideWindow: (message) => {
              const template = templateFor(window.outside, message.text);
              return template === undefined ? undefined : { ...message, template };
            },
          }),
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
    const key = `${tenantId} ${telephoneOf(message.conversation)}`;
    const askedAtMs = this.#clock.now();
    this.asked.set(key, [...(this.asked.get(key) ?? []), this.begunAtMs.get(message.id) ?? askedAtMs]);
    const luck = this.trouble === 'none' ? 1 : this.#chance.next();
    if (luck < 0.15) return { status: 'rejected', reason: 'busy', retryAfterMs: 500 };
    if (luck < 0.17) return { status: 'rejected', reason: 'blocked' };
    const isClosed = message.template === undefined && this.#isClosed(tenantId, key);
    await this.#clock.sleep(Math.floor(this.#chance.next() * 300));
    if (isClosed && this.windows.get(tenantId)?.tells === 'at-once') {
      return isAlive() ? { status: 'rejected', reason: closedReason } : await never();
    }
    // A request that was on its way when its sender died, or whose answer got lost, has arrived half of the time.
    const isLost = luck < 0.2 || !isAlive();
    const providerMessageId = this.#nextId(message.id);
    if (!isLost || this.#chance.next() < 0.5) {
      const about = {
        providerMessageId,
        ...(this.talents.get(tenantId) === 'confirms' ? { message: message.id } : {}),
      };
      if (isClosed) this.untold.push({ tenantId, status: { ...about, status: 'failed', reason: closedReason } });
      else this.#arrive(tenantId, key, message, { about, askedAtMs });
    }
    if (!isLost) return { status: 'delivered', providerMessageId };
    if (luck < 0.18) return { status: 'uncertain' };
    // No answer, ever: the sender has to end the wait.
    return await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  }

  #isClosed(tenantId: string, key: string): boolean {
    const window = this.windows.get(tenantId);
    if (window === undefined) return false;
    return this.#clock.now() - (this.heard.get(key) ?? Number.NEGATIVE_INFINITY) >= window.windowMs - skewMs;
  }

  #takenOf(key: string, id: string): readonly Arrived[] {
    return [...(this.arrived.get(key) ?? []), ...(this.invited.get(key) ?? [])].filter((one) => one.id === id);
  }

  /** Each time it takes a message the platform gives it another. */
  #nextId(id: string): string {
    const times = (this.#times.get(id) ?? 0) + 1;
    this.#times.set(id, times);
    return times === 1 ? `at ${id}` : `at ${id} ${times}`;
  }

  #arrive(
    tenantId: string,
    key: string,
    { id, text, template }: OutboundMessage,
    { about, askedAtMs }: { readonly about: Omit<DeliveryStatus, 'status'>; readonly askedAtMs: number },
  ): void {
    const log = template?.name === invitation.name ? this.invited : this.arrived;
    const { providerMessageId } = about;
    log.set(key, [...(log.get(key) ?? []), { id, text, providerMessageId, askedAtMs }]);
    for (const status of ['sent', 'delivered', 'read'] as const) {
      if (this.#chance.next() < 0.5) this.untold.push({ tenantId, status: { ...about, status } });
    }
    if (this.#chance.next() < 0.05) {
      this.untold.push({ tenantId, status: { ...about, status: 'failed', reason: 'late' } });
    }
  }
}
