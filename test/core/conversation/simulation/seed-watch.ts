import { Worker } from 'node:worker_threads';

/** On a thread of its own: a seed that never lets go of the first one leaves no timer its turn. */
const watcher = `
const { writeSync } = process.getBuiltinModule('node:fs');
const { workerData: { current, patienceMs } } = process.getBuiltinModule('node:worker_threads');
let [seed, sinceMs, hasTold] = [0, 0, false];
setInterval(() => {
  if (current[0] !== seed) [seed, sinceMs, hasTold] = [current[0], Date.now(), false];
  if (seed === 0 || hasTold || Date.now() - sinceMs < patienceMs) return;
  hasTold = true;
  writeSync(2, 'seed ' + seed + ' has not ended after ' + patienceMs / 1000 + ' s: it may never. End the run with Ctrl-C.\\n');
}, patienceMs / 10);
`;

/** Names the seed that runs for longer than `patienceMs`: one that fails by never ending would else not be known. */
export function watchSeeds(patienceMs: number): { begins(seed: number): void } {
  const current = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  new Worker(watcher, { eval: true, workerData: { current, patienceMs } }).unref();
  return {
    begins: (seed) => {
      current[0] = seed;
    },
  };
}
