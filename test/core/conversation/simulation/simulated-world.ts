import type { DeliveryStatus, InboundMessage, Random } from '../../../../core/contract/index.ts';
import type { ConversationEngine } from '../../../../core/conversation/engine.ts';
import type { Store } from '../../../../core/store/open-store.ts';
import { createFakeWebhookReceiver, type FakeClock, type FakeWebhookReceiver, settled } from '../../../kit/index.ts';
import { signal } from '../rig.ts';
import type { FakePlatform } from './fake-platform.ts';
import type { Features } from './features.ts';
import { Outages } from './outages.ts';
import type { PartLog } from './sent-parts.ts';
import { type CrashPlan, eventSecret, type SimulatedProcess, startProcess } from './simulated-process.ts';
import type { Witness } from './witness.ts';

export const tenants: readonly string[] = ['acme', 'other'];
const stopPatienceMs = 20_000;
/** Whoever starts a process again that did not start waits so long. */
const startAgainMs = 15_000;

export interface WorldParts {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly chance: Random;
  readonly platform: FakePlatform;
  readonly features: Features;
  readonly witness: Witness;
  /** In place of crashes by chance. */
  readonly crashes: CrashPlan | undefined;
  /** Where messages go out in parts. */
  readonly parts: PartLog | undefined;
}

/** A store, a platform and one process after the other. */
export class SimulatedWorld {
  readonly outages: Outages;
  readonly receiver: FakeWebhookReceiver;
  crashCount = 0;
  readonly #parts: WorldParts;
  readonly #takenUp = new Set<string>();
  #process: SimulatedProcess;
  #runningSinceMs: number;
  #isCalm = false;

  constructor(parts: WorldParts) {
    const { clock, chance, features } = parts;
    this.#parts = parts;
    this.outages = new Outages(clock, chance, features.outages ? 'some' : 'none');
    this.receiver = createFakeWebhookReceiver({ secret: eventSecret, now: () => clock.now() });
    this.#process = this.#start();
    this.#runningSinceMs = clock.now();
  }

  get engine(): ConversationEngine {
    return this.#process.engine;
  }

  isAlive(): boolean {
    return this.#process.isAlive();
  }

  crash(): void {
    this.#process.crash();
  }

  /** From now on nothing goes wrong any more. */
  calmDown(): void {
    this.#isCalm = true;
    this.outages.isOver = true;
  }

  async restartIfDead(): Promise<void> {
    while (!this.#process.isAlive()) {
      this.crashCount += 1;
      await settled();
      this.#process = this.#start();
      this.#runningSinceMs = this.#parts.clock.now();
      this.#takenUp.clear();
      this.outages.processBegins(tenants);
      try {
        await this.#recover();
      } catch {
        // Without the store a process does not start.
        this.crash();
      }
      if (this.#parts.features.outages && !this.#process.isAlive()) await this.#parts.clock.advance(startAgainMs);
    }
  }

  /** Now and then a definition is read again, or the folder of a bot is gone until it is there again. */
  async mayChange(): Promise<void> {
    const { chance } = this.#parts;
    for (const tenantId of tenants) {
      const luck = chance.next();
      if (luck > 0.1) continue;
      this.#takenUp.delete(tenantId);
      if (luck < 0.03 && this.outages.serves(tenantId)) this.outages.remove(tenantId);
    }
    await this.takeUp();
  }

  /** What was left of bots that serve by now, and did not when the process began. */
  async takeUp(): Promise<void> {
    if (tenants.some((tenantId) => this.#isToTakeUp(tenantId))) await this.#recover().catch(() => {});
  }

  /** As the signal of the system does it: what is under way has a while to end. */
  async stop(): Promise<void> {
    const { clock, witness } = this.#parts;
    using patience = clock.deadline(stopPatienceMs);
    const startedMs = clock.now();
    const hadStore = !this.outages.storeRefuses;
    let isOver = false;
    void this.engine.drain(patience.signal).then(() => {
      isOver = true;
    });
    while (!isOver && clock.now() - startedMs < 2 * stopPatienceMs) await clock.advance(500);
    if (!isOver && this.isAlive()) witness.objections.push('a process does not stop');
    const wasInOrder = isOver && this.isAlive() && hadStore && !this.outages.storeRefuses;
    if (wasInOrder && !patience.signal.aborted) this.#judgeStop();
    this.crash();
  }

  /** Whether the platform got its 2xx. */
  async post(tenantId: string, messages: readonly InboundMessage[]): Promise<boolean> {
    const { platform, chance, clock, witness } = this.#parts;
    const statuses = platform.untold.filter(() => chance.next() < 0.3).filter((untold) => untold.tenantId === tenantId);
    const receiving = this.engine
      .deliverer(tenantId, 'sms')(
        messages,
        statuses.map(({ status }) => status),
      )
      .catch(() => undefined);
    const receipts = await Promise.race([receiving, settled().then(() => undefined)]);
    if (receipts === undefined || !this.isAlive()) return false;
    for (const told of statuses) {
      const key = `${tenantId} ${told.status.providerMessageId}`;
      if (told.status.status === 'failed' && !witness.failures.has(key))
        witness.failures.set(key, { atMs: clock.now(), reason: told.status.reason });
      const before: readonly DeliveryStatus[] = witness.told.get(key) ?? [];
      witness.told.set(key, [...before, told.status]);
      // Told once, and now and then once more.
      if (chance.next() < 0.8) platform.untold.splice(platform.untold.indexOf(told), 1);
    }
    return true;
  }

  /** Until there is nothing more to tell: of what is told, something may be sent again. */
  async tellAll(): Promise<void> {
    const { platform, clock } = this.#parts;
    while (platform.untold.length > 0) {
      for (const tenantId of tenants) {
        while (platform.untold.some((untold) => untold.tenantId === tenantId)) await this.post(tenantId, []);
      }
      await clock.advance(60_000);
    }
  }

  /** Time in which no process runs, and a while with one. */
  async letPass(ms: number): Promise<void> {
    this.crash();
    await this.#parts.clock.advance(ms);
    await this.restartIfDead();
    await this.#parts.clock.advance(5 * 60_000);
    await this.tellAll();
  }

  #isToTakeUp(tenantId: string): boolean {
    return !this.#takenUp.has(tenantId) && this.outages.serves(tenantId);
  }

  #recover(): Promise<void> {
    const serving = tenants.filter((tenantId) => this.#isToTakeUp(tenantId));
    for (const tenantId of serving) this.#takenUp.add(tenantId);
    return Promise.race([this.engine.recover(serving, signal), settled()]);
  }

  #start(): SimulatedProcess {
    return startProcess({
      ...this.#parts,
      receiver: this.receiver,
      outages: this.outages,
      crashes: { atWrite: () => (this.#isCalm ? 'not' : this.#crashAtWrite()) },
    });
  }

  #crashAtWrite(): ReturnType<CrashPlan['atWrite']> {
    if (this.#parts.crashes !== undefined) return this.#parts.crashes.atWrite();
    const luck = this.#parts.chance.next();
    return luck < 0.008 ? 'before' : luck < 0.016 ? 'after' : 'not';
  }

  /** What was under way has ended. Where a platform is asked what became of a message, the next process asks it. */
  #judgeStop(): void {
    const { store, platform, witness } = this.#parts;
    for (const tenantId of tenants) {
      if ((platform.talents.get(tenantId) ?? 'silent') !== 'silent') continue;
      const { outbox } = store.forTenant(tenantId);
      const sending = outbox
        .unsettled()
        .flatMap((id) => outbox.unsettledOf(id))
        // What an earlier process was sending when it died, as in this millisecond, may not have been looked at.
        .filter(({ state, dueAt }) => state === 'sending' && dueAt > this.#runningSinceMs);
      if (sending.length > 0) witness.objections.push(`${tenantId}: being sent after a stop: ${sending.length}`);
    }
  }
}
