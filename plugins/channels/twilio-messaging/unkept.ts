import type { Clock } from 'polyphon/plugin';

/** A message that is not stored after so long was refused by the store, and Twilio does not bring it again. */
const patienceMs = 30_000;
/** More are not told apart: of all that may be lost, only when it began counts. */
const maxUnkept = 1_000;

/** Messages that were handed over to be stored, and of which nobody has said that they are. */
export class Unkept {
  readonly #clock: Clock;
  /** By id: when it was handed over. */
  readonly #since = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  handedOver(id: string): void {
    if (this.#since.size < maxUnkept && !this.#since.has(id)) this.#since.set(id, this.#clock.now());
  }

  kept(id: string): void {
    this.#since.delete(id);
  }

  /** Since when something is missing; undefined where nothing is. It is not told again. */
  take(): number | undefined {
    const first = Math.min(...this.#since.values());
    if (this.#clock.now() - first < patienceMs) return undefined;
    this.#since.clear();
    return Number.isFinite(first) ? first : undefined;
  }
}
