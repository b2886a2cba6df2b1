import type { Kernel, SharedAccount } from '../kernel/face.ts';
import { idOf } from './show-diagnostics.ts';

/**
 * Bots that serve with the same account of a platform, as after a folder was copied with its secrets: one of them hears nothing, and
 * nobody asks `validate` about what seems to run. Each place is told once, until it was in order meanwhile.
 */
export class SharedAccounts {
  #told: ReadonlySet<string> = new Set();

  /** Those that are new since the last look. */
  async look(kernel: Kernel): Promise<readonly SharedAccount[]> {
    const found = await kernel.sharedAccounts();
    const told = this.#told;
    this.#told = new Set(found.map(idOf));
    return found.filter((one) => !told.has(idOf(one)));
  }
}
