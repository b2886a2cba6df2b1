import { describe, expect, it } from 'vitest';
import { isMendable, isUnembedded } from '../../../core/knowledge/mendable.ts';

describe('a failed document', () => {
  it.each(['EMB8201', 'EMB8203', 'EMB8204', 'EMB8206', 'KNW8001', 'KNW8002', 'KNW8009', 'SRC8101'])(
    'may go through later after %s',
    (code) => {
      expect(isMendable({ code, since: 'now' })).toBe(true);
    },
  );

  it.each(['KNW8003', 'KNW8004', 'KNW8005', 'KNW8006', 'KNW8007', 'KNW8008', 'SRC8104', 'EMB8207'])(
    'stays what it is after %s',
    (code) => {
      expect(isMendable({ code, since: 'now' })).toBe(false);
    },
  );

  it('that has not changed since it was found broken is not tried', () => {
    expect(isMendable({ code: 'EMB8204', since: 'before' })).toBe(false);
  });

  it('lacks vectors alone where the embedding is to blame', () => {
    expect(isUnembedded({ code: 'EMB8201', since: 'now' })).toBe(true);
    expect(isUnembedded({ code: 'KNW8002', since: 'now' })).toBe(false);
  });
});
