import type { InboundMessage, Random } from '../../../../core/contract/index.ts';
import type { Store } from '../../../../core/store/open-store.ts';
import { type FakeClock, settled } from '../../../kit/index.ts';
import { signal } from '../rig.ts';
import type { FakePlatform } from './fake-platform.ts';
import type { Person, Step } from './people.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { conversationOf } from './two-ids.ts';
import type { Witness } from './witness.ts';

export interface ActorsOptions {
  readonly world: SimulatedWorld;
  readonly store: Store;
  readonly clock: FakeClock;
  readonly chance: Random;
  readonly platform: FakePlatform;
  readonly witness: Witness;
  /** Whether the platform says when something was written. */
  readonly tellsTime: boolean;
  /** As a program knows them that writes first. */
  contactOf(conversation: string): InboundMessage['contact'];
}

/** People who write, and operators, who try again what they got no answer to. */
export class Actors {
  /** What got its 2xx, to be delivered again. */
  readonly delivered: { readonly tenantId: string; readonly message: InboundMessage }[] = [];
  readonly #options: ActorsOptions;
  /** Of operators' messages, so that each try has words of its own. */
  readonly #tries = new Map<string, number>();
  readonly #begun = new Set<Step>();

  constructor(options: ActorsOptions) {
    this.#options = options;
  }

  /** Whether it was acknowledged. */
  take(person: Person, step: Step): Promise<boolean> {
    switch (step.kind) {
      case 'operator':
        return this.#write(person, step);
      case 'desk':
        return this.#help(person, step);
      default:
        return this.#say(person, step);
    }
  }

  async #say(person: Person, step: Exclude<Step, { kind: 'operator' | 'desk' }>): Promise<boolean> {
    const { world, clock, chance, witness } = this.#options;
    const key = keyOf(person);
    const consents = witness.consents.get(key) ?? [];
    if (step.kind === 'start') witness.consents.set(key, [...consents, { kind: 'start', atMs: clock.now() }]);
    const crashesBefore = world.crashCount;
    for (const message of step.messages) {
      const told = this.#asTold(key, message);
      const copies = chance.next() < 0.3 ? [told, told] : [told];
      if (!(await world.post(person.tenantId, copies))) {
        this.#begun.add(step);
        return false;
      }
      this.delivered.push({ tenantId: person.tenantId, message: told });
      if (message !== step.messages.at(-1)) await clock.advance(Math.floor(chance.next() * 1150));
    }
    // Sent again after a crash its parts come too far apart to be one.
    const isWhole = world.crashCount === crashesBefore && world.isAlive() && !this.#begun.has(step);
    // What somebody says after STOP runs no turn: the next one sees it, as far as it had come, among what was said before.
    const isHeard = consents.at(-1)?.kind !== 'stop';
    if (step.kind === 'say' && step.tokens.length > 1 && isWhole && isHeard)
      witness.albums.push({ key, tokens: step.tokens });
    if (step.kind === 'stop') witness.consents.set(key, [...consents, { kind: 'stop', atMs: clock.now() }]);
    this.#acknowledge(key, step);
    return true;
  }

  async #write(person: Person, step: Extract<Step, { kind: 'operator' }>): Promise<boolean> {
    const { world } = this.#options;
    const outbound = world.engine.outboundOf(person.tenantId, 'sms');
    const number = (this.#tries.get(step.token) ?? 0) + 1;
    this.#tries.set(step.token, number);
    const text = `${step.token} ${number}`;
    const template = step.template ? { template: { name: 'offer', language: 'en', parameters: [text] } } : {};
    const writing = (async () => {
      const { conversation } = person;
      const { id } = await outbound.open({ conversation, contact: this.#options.contactOf(conversation) }, signal);
      return await outbound.enqueue(id, { text, ...template }, signal);
    })();
    if (!(await this.#isDone(writing))) return false;
    this.#acknowledge(keyOf(person), { ...step, token: text });
    return true;
  }

  /** Said again with the same key it is the same message, so that the words need not differ. */
  async #help(person: Person, step: Extract<Step, { kind: 'desk' }>): Promise<boolean> {
    const { world, store } = this.#options;
    const { tenantId, conversation } = person;
    const known = conversationOf(store.forTenant(tenantId).conversations, conversation);
    if (known === undefined) return true;
    const { engine } = world;
    const words = { text: step.token, key: step.token };
    const helping =
      step.do === 'return' ? engine.return(tenantId, known.id, signal) : engine.say(tenantId, known.id, words, signal);
    if (!(await this.#isDone(helping))) return false;
    this.#acknowledge(keyOf(person), step);
    return true;
  }

  async #isDone(work: Promise<unknown>): Promise<boolean> {
    const done = work.then(
      () => true,
      () => false,
    );
    const isDone = await Promise.race([done, settled().then(() => false)]);
    return isDone && this.#options.world.isAlive();
  }

  #acknowledge(key: string, step: Step): void {
    const { acknowledged } = this.#options.witness;
    acknowledged.set(key, [...(acknowledged.get(key) ?? []), step]);
  }

  #asTold(key: string, message: InboundMessage): InboundMessage {
    const isTimed = this.#options.tellsTime && message.edits === undefined;
    return isTimed ? { ...message, sentAt: this.#writtenAt(key, message.id) } : message;
  }

  /** In whole seconds, as platforms tell it. What comes again was not written again. */
  #writtenAt(key: string, id: string): number {
    const { witness, platform, clock } = this.#options;
    const written =
      witness.written.get(key) ?? new Map<string, { readonly atMs: number; readonly triesMs: readonly number[] }>();
    witness.written.set(key, written);
    const nowMs = clock.now();
    const { atMs, triesMs } = written.get(id) ?? { atMs: nowMs, triesMs: [] };
    written.set(id, { atMs, triesMs: [...triesMs, nowMs] });
    platform.heard.set(key, Math.max(platform.heard.get(key) ?? 0, atMs));
    return Math.floor(atMs / 1000) * 1000;
  }
}

function keyOf({ tenantId, conversation }: Person): string {
  return `${tenantId} ${conversation}`;
}
