import { expect, it } from 'vitest';
import { systemClock } from '../../../core/kernel/system.ts';
import { openStore } from '../../../core/store/open-store.ts';

const log = { debug() {}, info() {}, warn() {}, error() {}, with: () => log };

it('keeps the last applied revision of each tenant apart', async () => {
  await using store = await openStore({ path: ':memory:', clock: systemClock, log });
  expect(store.forTenant('a').revisions.last()).toBeUndefined();
  await store.write(() => store.forTenant('a').revisions.record({ revision: 'r1', canonical: { name: 'A' } }));
  expect(store.forTenant('a').revisions.last()).toMatchObject({ revision: 'r1', canonical: { name: 'A' } });
  expect(store.forTenant('b').revisions.last()).toBeUndefined();
});
