import { expect, it } from 'vitest';
import { type KillRun, killRun } from './kill-run.ts';

function expectNothingWrong(run: KillRun): void {
  expect(run.acknowledged).toBe(run.updates);
  expect(run.lost).toEqual([]);
  expect(run.doubledUnmarked).toEqual([]);
  expect(run.disordered).toEqual([]);
  expect(run.integrity).toBe('ok');
}

it.concurrent('answers all it acknowledged, and repeats nothing but what it marks, in twenty kills under load', async () => {
  const run = await killRun({ times: 20, how: 'SIGKILL', servesMs: 800 });
  expectNothingWrong(run);
  expect(run.exitCodes).toEqual(Array.from({ length: 20 }, () => null));
  expect(run.doubled.length).toBeLessThanOrEqual(run.resent);
}, 300_000);

it.concurrent('ends in good order twenty times under load, and leaves nothing in doubt', async () => {
  const run = await killRun({ times: 20, how: 'SIGTERM', servesMs: 600 });
  expectNothingWrong(run);
  expect(run.exitCodes).toEqual(Array.from({ length: 20 }, () => 0));
  expect(run.doubled).toEqual([]);
  expect({ resent: run.resent, uncertain: run.uncertain }).toEqual({ resent: 0, uncertain: 0 });
}, 300_000);
