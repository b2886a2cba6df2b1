import { expect, it } from 'vitest';
import { SecondReads } from '../../../core/store/second-reads.ts';

const maxBytes = 16_000;
const text = (name: string, length = 100) => name.padEnd(length, '.');

function reads() {
  return new SecondReads<string, string>(maxBytes, (value) => value.length);
}

/** As a reader does: what is not there is read and handed over. */
function read(from: SecondReads<string, string>, name: string, length?: number): 'kept' | 'read' {
  if (from.get(name) !== undefined) return 'kept';
  from.set(name, text(name, length));
  return 'read';
}

it('has what was read a moment ago', () => {
  const kept = reads();
  expect([read(kept, 'a'), read(kept, 'b'), read(kept, 'a'), read(kept, 'b')]).toEqual([
    'read',
    'read',
    'kept',
    'kept',
  ]);
  expect(kept.get('a')).toBe(text('a'));
  expect(kept.get('c')).toBeUndefined();
});

it('keeps what is read again and again beside thousands that are read once', () => {
  const kept = reads();
  const often = Array.from({ length: 10 }, (_, index) => `often ${index}`);
  let again = 0;
  for (let round = 0; round < 200; round += 1) {
    for (let once = 0; once < 30; once += 1) read(kept, `once ${round} ${once}`);
    for (const name of often) if (read(kept, name) === 'kept') again += 1;
  }
  expect(again).toBeGreaterThan(0.95 * 200 * often.length);
});

it('holds no more than it may, however often everything is read', () => {
  const kept = reads();
  const names = Array.from({ length: 1000 }, (_, index) => `${index}`);
  let most = 0;
  for (let round = 0; round < 100; round += 1) {
    const some = names.slice((round % 20) * 50, (round % 20) * 50 + 50);
    for (const name of [...some, ...some, ...some]) {
      read(kept, name);
      most = Math.max(most, kept.bytes);
    }
  }
  expect(most).toBeGreaterThan(maxBytes / 2);
  expect(most).toBeLessThanOrEqual(maxBytes);
});

it('counts what it holds', () => {
  const kept = reads();
  for (const name of ['a', 'b', 'c']) read(kept, name);
  expect(kept.bytes).toBe(300);
});

it('gives all that is asked for together, though what is kept changes meanwhile', () => {
  const kept = reads();
  const names = Array.from({ length: 60 }, (_, index) => `${index}`);
  for (let round = 0; round < 20; round += 1) {
    const found = kept.getAll(names, (unread) => unread.map((name) => [name, text(name, 600)] as const));
    expect([...found.keys()].toSorted()).toEqual(names.toSorted());
  }
});

it('takes no value that would fill it alone', () => {
  const kept = reads();
  for (let time = 0; time < 5; time += 1) expect(read(kept, 'long', maxBytes)).toBe('read');
  expect(read(kept, 'short')).toBe('read');
  expect(read(kept, 'short')).toBe('kept');
});

it('tells numbers and what has no value apart', () => {
  const kept = new SecondReads<number, string | null>(maxBytes, (value) => value?.length ?? 1);
  for (let label = 0; label < 100; label += 1) kept.set(label, label % 2 === 0 ? null : `${label}`);
  expect([kept.get(4), kept.get(5), kept.get(100)]).toEqual([null, '5', undefined]);
});
