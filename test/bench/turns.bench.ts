import type { Bench } from './measure.ts';
import { run } from './turns.ts';

/** The conversation alone: no HTTP, and a model that takes no time. */
export const bench: Bench = {
  name: 'turns',
  run: async () => {
    const figures = await run();
    const people = `${figures.conversations} conversations, model that takes no time`;
    return [
      {
        what: `${people}: turns, flat out`,
        value: figures.turnsPerSecond,
        unit: 'turns/s',
        goal: { op: '>=', value: 300 },
      },
      {
        what: `arrival to stored reply at ${figures.pacedPerSecond} turns/s, p95`,
        value: figures.shareP95Ms,
        unit: 'ms',
        goal: { op: '<=', value: 20 },
      },
    ];
  },
};
