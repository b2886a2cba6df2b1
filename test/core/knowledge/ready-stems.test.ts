import { describe, expect, it } from 'vitest';
import { readyStems } from '../../../core/knowledge/ready-stems.ts';

describe('the stems of the first question in a language', () => {
  it('are made with pauses, once for all who wait, and nobody waits afterwards', async () => {
    let rounds = 0;
    let counting = true;
    const count = (): void => {
      rounds += 1;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all([readyStems(['es-MX', 'es']), readyStems(['es'])]);
    counting = false;
    expect(rounds).toBeGreaterThan(2);
    expect(readyStems(['es'])).toBeUndefined();
  });

  it('are not waited for in a language without any', () => {
    expect(readyStems(['tlh'])).toBeUndefined();
  });
});
