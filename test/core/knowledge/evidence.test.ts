import { describe, expect, it } from 'vitest';
import { evidenceOf, leadsOf } from '../../../core/knowledge/evidence.ts';

const half: Parameters<typeof evidenceOf>[0] = {
  coverage: 0.5,
  look: { focus: 0.5, parts: { all: 0.5, together: 0.5 } },
  asked: 20,
  lead: 0.3,
  chunks: 300,
};
const passage = (label: number, document: string, lexical: number) => ({ label, source: 'files', document, lexical });

describe('evidence', () => {
  it('grows with what is held, with the lead and with how much was asked', () => {
    const at = (change: Partial<Parameters<typeof evidenceOf>[0]>) => evidenceOf({ ...half, ...change });
    expect(at({ coverage: 0.7 })).toBeGreaterThan(at({}));
    expect(at({ lead: 0.6 })).toBeGreaterThan(at({}));
    expect(at({ asked: 60 })).toBeGreaterThan(at({}));
    expect(at({ look: { focus: 0.5, parts: { all: 0.8, together: 0.5 } } })).toBeGreaterThan(at({}));
    expect(at({ coverage: 0, look: undefined, lead: 0 })).toBe(0);
    expect(at({ coverage: 1, look: { focus: 1, parts: { all: 1, together: 1 } }, asked: 1e6, lead: 1 })).toBe(1);
  });

  it('does not let a short question miss a passage that holds all of it', () => {
    const look = { focus: 1, parts: { all: 1, together: 1 } };
    expect(evidenceOf({ coverage: 1, look, asked: 1, lead: 0, chunks: 300 })).toBeGreaterThan(0.35);
  });
});

describe('the lead', () => {
  it('is over other documents, and a passage that no word has found has nothing', () => {
    const many = [passage(1, 'a', 10), passage(2, 'a', 9), ...[3, 4, 5, 6].map((at) => passage(at, `b${at}`, 5))];
    expect(leadsOf(many, 300)(1)).toBeCloseTo(0.5);
    expect(leadsOf([passage(1, 'a', 10)], 300)(1)).toBe(1);
    expect(leadsOf(many, 300)(99)).toBe(0);
  });

  it('says nothing in a handful of passages', () => {
    expect(leadsOf([passage(1, 'a', 10)], 3)(1)).toBe(leadsOf([passage(1, 'a', 10), passage(2, 'b', 9)], 3)(2));
  });
});
