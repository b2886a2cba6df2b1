import { describe, expect, it } from 'vitest';
import { isMendable } from '../../../core/knowledge/mendable.ts';

describe('a failed document', () => {
  it.each(['KNW8001', 'KNW8002', 'NET6001', 'SRC8101'])('may go through later after %s', (code) => {
    expect(isMendable({ code, since: 'now' })).toBe(true);
  });

  it.each(['KNW8003', 'KNW8004', 'KNW8005', 'KNW8006', 'KNW8007', 'KNW8008', 'SRC8104'])(
    'stays what it is after %s',
    (code) => {
      expect(isMendable({ code, since: 'now' })).toBe(false);
    },
  );

  it('that has not changed since it was found broken is not tried', () => {
    expect(isMendable({ code: 'KNW8002', since: 'before' })).toBe(false);
  });
});
