import { describe, expect, it } from 'vitest';
import { describeChange, diffDefinitions } from '../../../core/config/definition-diff.ts';

const describeAll = (before: unknown, after: unknown) => diffDefinitions(before, after).map(describeChange);

describe('the difference of two definitions', () => {
  it('is nothing for the same', () => {
    expect(diffDefinitions({ a: [1, { b: 'c' }] }, { a: [1, { b: 'c' }] })).toEqual([]);
  });

  it('names each value by its path', () => {
    expect(
      describeAll(
        {
          retrieval: { with: { minScore: 0.3 } },
          llm: { fallback: [{ use: 'offline' }] },
          channels: { web: { use: 'web-chat' } },
          labels: { a: 'x' },
        },
        {
          retrieval: { with: { minScore: 0.35 } },
          llm: { fallback: [{ use: 'openai' }, { use: 'offline' }] },
          channels: { web: { use: 'web-chat' }, t: { use: 'telegram' } },
          labels: {},
        },
      ),
    ).toEqual([
      'retrieval.with.minScore 0.3 -> 0.35',
      'llm.fallback[0].use offline -> openai',
      'llm.fallback[1] added',
      'channels.t added',
      'labels.a removed',
    ]);
  });

  it('tells long texts by their length', () => {
    expect(describeAll({ p: 'x'.repeat(100) }, { p: 'y'.repeat(120) })).toEqual([
      'p changed (100 characters -> 120 characters)',
    ]);
  });

  it('shows a value that becomes a map as one change', () => {
    expect(describeAll({ name: 'x' }, { name: { de: 'x' } })).toEqual(['name x -> { de }']);
  });
});
