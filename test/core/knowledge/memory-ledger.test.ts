import { expect, it } from 'vitest';
import { createMemoryLedger } from '../../../core/knowledge/memory-ledger.ts';

it('lets go of what was used longest ago when the limit is passed', () => {
  const ledger = createMemoryLedger(100);
  const released: string[] = [];
  const a = ledger.hold(40, () => released.push('a'));
  ledger.hold(40, () => released.push('b'));
  a.touch();
  ledger.hold(40, () => released.push('c'));
  expect(released).toEqual(['b']);
  expect([ledger.bytes, ledger.entries]).toEqual([80, 2]);
});

it('keeps the newest entry even when it alone passes the limit', () => {
  const ledger = createMemoryLedger(100);
  const released: string[] = [];
  ledger.hold(40, () => released.push('a'));
  ledger.hold(500, () => released.push('b'));
  expect(released).toEqual(['a']);
  expect(ledger.bytes).toBe(500);
});

it('counts nothing twice when an entry is given back in its own release', () => {
  const ledger = createMemoryLedger(100);
  const first: Disposable = ledger.hold(80, () => first[Symbol.dispose]());
  const second = ledger.hold(80, () => {});
  second[Symbol.dispose]();
  second[Symbol.dispose]();
  expect([ledger.bytes, ledger.entries]).toEqual([0, 0]);
});
