import { type Clock, PolyphonError, type Random } from '../../../../core/contract/index.ts';

const longestRefusalMs = 120_000;
const longestAbsenceMs = 90_000;
/** Longer than this it would be gone for good. */
const longestReplacementMs = 480_000;

/** Times in which the store writes nothing, and in which a bot does not serve because its definition had a mistake when the process began. */
export class Outages {
  readonly #clock: Clock;
  readonly #chance: Random;
  #refusesUntilMs = 0;
  readonly #awayUntilMs = new Map<string, number>();
  readonly #goneUntilMs = new Map<string, number>();
  isOver: boolean;

  constructor(clock: Clock, chance: Random, are: 'none' | 'some') {
    this.#clock = clock;
    this.#chance = chance;
    this.isOver = are === 'none';
  }

  get storeRefuses(): boolean {
    return !this.isOver && this.#clock.now() < this.#refusesUntilMs;
  }

  serves(tenantId: string): boolean {
    return this.isOver || (this.#clock.now() >= (this.#awayUntilMs.get(tenantId) ?? 0) && !this.#isGone(tenantId));
  }

  /** @throws PolyphonError TEN2101, TEN2102. */
  requireServing(tenantId: string): void {
    if (this.#isGone(tenantId)) throw new PolyphonError('TEN2101', `There is no tenant '${tenantId}'.`);
    if (!this.serves(tenantId)) throw new PolyphonError('TEN2102', `Tenant '${tenantId}' does not serve.`);
  }

  /** Now and then one begins. */
  mayBegin(): void {
    if (this.isOver || this.#chance.next() > 0.03) return;
    this.#refusesUntilMs = this.#clock.now() + Math.floor(this.#chance.next() * longestRefusalMs);
  }

  /** The folder of a bot is being replaced. */
  remove(tenantId: string): void {
    this.#goneUntilMs.set(tenantId, this.#clock.now() + Math.floor(this.#chance.next() * longestReplacementMs));
  }

  processBegins(tenants: readonly string[]): void {
    if (this.isOver) return;
    for (const tenantId of tenants) {
      const isAway = this.#chance.next() < 0.2;
      this.#awayUntilMs.set(tenantId, isAway ? this.#clock.now() + this.#chance.next() * longestAbsenceMs : 0);
    }
  }

  #isGone(tenantId: string): boolean {
    return !this.isOver && this.#clock.now() < (this.#goneUntilMs.get(tenantId) ?? 0);
  }
}

/** As a full disk refuses: at the end of what was to be written. */
export function diskFull(): Error {
  return Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
}
