import { expect, it } from 'vitest';
import { Retirements } from '../../../core/kernel/retirements.ts';
import { FakeClock } from '../../kit/index.ts';
import { makeBot, silentLog } from '../conversation/rig.ts';

it.each([
  ['as long as a turn may take', 60_000, 70_000, 80_000],
  ['half a minute for what is no turn', 5000, 25_000, 31_000],
])('waits for what began on a revision %s', async (_, totalMs, notYetMs, overMs) => {
  const clock = new FakeClock();
  const stopping = new AbortController();
  const retirements = new Retirements({ clock, log: silentLog, signal: stopping.signal });
  const bot = makeBot('acme', { llm: { ...makeBot('acme').llm, deadline: { firstTokenMs: 1000, totalMs } } });
  let patience = stopping.signal;
  retirements.add({
    bot,
    retire: (signal) => {
      patience = signal;
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  });
  await clock.advance(notYetMs);
  expect(patience.aborted).toBe(false);
  await clock.advance(overMs - notYetMs);
  expect(patience.aborted).toBe(true);
  stopping.abort();
  await retirements.ended();
});
