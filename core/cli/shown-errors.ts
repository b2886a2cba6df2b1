import type { Diagnostic } from '../config/diagnostic.ts';
import type { Shell } from './shell.ts';
import { idOf, showErrors } from './show-diagnostics.ts';

/**
 * What a long-running command has printed, by tenant: a mistake in a template is every bot's that extends it, and is printed for the
 * first of them only.
 */
export class ShownErrors {
  readonly #ofTenants = new Map<string, ReadonlySet<string>>();

  /** Prints the errors that no other tenant has on the screen. */
  async show(tenantId: string, diagnostics: readonly Diagnostic[], shell: Shell): Promise<void> {
    const errors = diagnostics.filter((one) => one.severity === 'error');
    const known = this.#ofTenants.get(tenantId);
    // The same mistake of the same tenant again: somebody has saved, and looks for an answer.
    if (errors.some((one) => known?.has(idOf(one)))) this.#ofTenants.clear();
    const others = [...this.#ofTenants].filter(([other]) => other !== tenantId).map(([, ids]) => ids);
    this.#ofTenants.set(tenantId, new Set(errors.map(idOf)));
    await showErrors(
      errors.filter((one) => !others.some((ids) => ids.has(idOf(one)))),
      shell,
    );
  }

  /** What stands there now was printed already. */
  note(tenantId: string, diagnostics: readonly Diagnostic[]): void {
    this.#ofTenants.set(tenantId, new Set(diagnostics.map(idOf)));
  }

  forget(tenantId: string): void {
    this.#ofTenants.delete(tenantId);
  }
}
