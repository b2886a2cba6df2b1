import { expect, it } from 'vitest';
import { EntryRings } from '../../../core/knowledge/entry-rings.ts';

const entry = (label: number) => ({ label, count: label % 7, length: label * 3 });

it('gives the entries of each ring in order, however many there are', () => {
  const rings = new EntryRings(2);
  const last = new Map<string, number>();
  for (let label = 0; label < 1000; label += 1) {
    const name = ['a', 'b', 'c'][label % 3] ?? '';
    last.set(name, rings.append(last.get(name), entry(label)));
  }
  const all = [...last.values()].map((ring) => [...rings.of(ring)]);
  const labels = Array.from({ length: 1000 }, (_, label) => label);
  expect(all).toEqual([0, 1, 2].map((rest) => labels.filter((label) => label % 3 === rest).map(entry)));
});

it('begins anew', () => {
  const rings = new EntryRings(0);
  rings.append(rings.append(undefined, entry(1)), entry(2));
  rings.clear();
  expect([...rings.of(rings.append(undefined, entry(3)))]).toEqual([entry(3)]);
});
