import { PolyphonError } from '../contract/index.ts';
import type { TenantRevision } from './tenant-revision.ts';
import { createSlot, type TenantSlot } from './tenant-slot.ts';

/** Every tenant the process knows, serving or not. */
export class TenantSlots {
  readonly #slots = new Map<string, TenantSlot>();

  /** Sorted by tenant. */
  get all(): readonly TenantSlot[] {
    return [...this.#slots.values()].sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1));
  }

  get tenantIds(): Iterable<string> {
    return this.#slots.keys();
  }

  find(tenantId: string): TenantSlot | undefined {
    return this.#slots.get(tenantId);
  }

  findOrMake(tenantId: string): TenantSlot {
    const slot = this.#slots.get(tenantId) ?? createSlot(tenantId);
    this.#slots.set(tenantId, slot);
    return slot;
  }

  delete(tenantId: string): void {
    this.#slots.delete(tenantId);
  }

  /** @throws PolyphonError TEN2101. */
  get(tenantId: string): TenantSlot {
    const slot = this.#slots.get(tenantId);
    if (slot === undefined) {
      throw new PolyphonError(
        'TEN2101',
        `No tenant '${tenantId}' is in the bots folder. \`polyphon new ${tenantId}\` makes one.`,
      );
    }
    return slot;
  }

  /** @throws PolyphonError TEN2101, TEN2102. */
  serving(tenantId: string): TenantRevision {
    const slot = this.get(tenantId);
    if (slot.current === undefined) {
      throw new PolyphonError(
        'TEN2102',
        `Tenant '${tenantId}' does not serve: its definition has errors. \`polyphon validate ${tenantId}\` shows them.`,
      );
    }
    return slot.current;
  }
}
