import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { systemClock } from '../../../core/kernel/system.ts';
import { HeldValues } from '../../../core/store/held-values.ts';
import { openStore } from '../../../core/store/open-store.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const log = { debug() {}, info() {}, warn() {}, error() {}, with: () => log };

/** The collector needs a turn of its own: what a turn has looked at, it keeps to its end. */
async function collectUntil(gone: () => boolean): Promise<void> {
  for (let round = 0; round < 20 && !gone(); round += 1) {
    await nextTurn();
    collect();
    await nextTurn();
  }
}

it('gives the same value as long as somebody holds it', async () => {
  const values = new HeldValues((key) => ({ key }));
  const held = values.get('a');
  await collectUntil(() => false);
  expect(values.get('a')).toBe(held);
});

it('keeps no value that nobody holds, and forgets its key', async () => {
  const values = new HeldValues((key) => ({ key }));
  for (let index = 0; index < 1000; index += 1) values.get(`tenant-${index}`);
  expect(values.size).toBe(1000);
  await collectUntil(() => values.size === 0);
  expect(values.size).toBe(0);
  expect(values.get('tenant-1')).toEqual({ key: 'tenant-1' });
});

it('lets the repositories of a tenant go that nobody uses', async () => {
  await using store = await openStore({ path: ':memory:', clock: systemClock, log });
  const used = new WeakRef(store.forTenant('a'));
  await collectUntil(() => used.deref() === undefined);
  expect(used.deref()).toBeUndefined();
  expect(store.forTenant('a').revisions.last()).toBeUndefined();
});
