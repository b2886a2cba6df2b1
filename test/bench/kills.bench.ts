import { killRun } from '../whole/kills/kill-run.ts';
import { type Bench, type Figure, quantile } from './measure.ts';

/** The built server, killed and started again under fifty messages a second; then asked to stop as often as twenty times. */
export const bench: Bench = {
  name: 'kills',
  run: async ([kills = '500', stops = '20', servesMs = '1200', answersWithinMs = '0'] = []) => {
    const figures: Figure[] = [];
    for (const [how, times] of [
      ['SIGKILL', Number(kills)],
      ['SIGTERM', Number(stops)],
    ] as const) {
      if (times === 0) continue;
      const run = await killRun({
        ...{ times, how, servesMs: Number(servesMs), answersWithinMs: Number(answersWithinMs) },
      });
      const none = { op: '<=', value: 0 } as const;
      const of = (what: string): string => `${times} x ${how}: ${what}`;
      const isStop = how === 'SIGTERM';
      figures.push(
        { what: of('messages acknowledged'), value: run.acknowledged, unit: '' },
        { what: of('answered'), value: run.acknowledged - run.lost.length, unit: '' },
        { what: of('acknowledged and unanswered'), value: run.lost.length, unit: '', goal: none },
        { what: of('out of order'), value: run.disordered.length, unit: '', goal: none },
        { what: of('sent once more, and so marked'), value: run.resent, unit: '' },
        { what: of('doubled, and not marked'), value: run.doubledUnmarked.length, unit: '', goal: none },
        {
          what: of('doubled, and marked'),
          value: run.doubled.length - run.doubledUnmarked.length,
          unit: '',
          goal: { op: '<=', value: isStop ? 0 : times },
        },
        {
          ...{ what: of('doubled by one of them, at most'), value: Math.max(...run.doubledByEnd), unit: '' },
          // Whoever is killed does not know of what the platform is just answering: of a slow one that is more than one message at a time.
          ...(answersWithinMs === '0' ? { goal: { op: '<=', value: isStop ? 0 : 1 } as const } : {}),
        },
        { what: of('left to an operator'), value: run.uncertain, unit: '', goal: none },
        {
          what: of(isStop ? 'exit codes other than 0' : 'stores that are damaged'),
          value: isStop ? run.exitCodes.filter((code) => code !== 0).length : run.integrity === 'ok' ? 0 : 1,
          unit: '',
          goal: none,
        },
        { what: of('ready again, p50'), value: quantile(run.readyMs, 0.5) / 1000, unit: 's' },
        { what: of('ready again, p99'), value: quantile(run.readyMs, 0.99) / 1000, unit: 's' },
        {
          what: of('ready again at the latest'),
          value: Math.max(...run.readyMs) / 1000,
          unit: 's',
          goal: { op: '<=', value: 5 },
        },
      );
    }
    return figures;
  },
};
