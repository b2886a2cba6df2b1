import { systemClock } from '../../../core/kernel/system.ts';
import { openStore } from '../../../core/store/open-store.ts';

/** Writes until the disk is full, and prints what was acknowledged and what the store says of itself then. */
const log = { debug() {}, info() {}, warn() {}, error() {}, with: () => log };
const store = await openStore({ path: process.argv[2] ?? '', clock: systemClock, log });
const { revisions } = store.forTenant('a');
const before = await store.check(new AbortController().signal);
let acknowledged = 0;
let failure: unknown;
let after = before;
// A copy of the log into the database may make room once more: full is what stays full.
while (after === 'ok' && acknowledged < 10_000) {
  const revision = String(acknowledged + 1);
  try {
    await store.write(() => revisions.record({ revision, canonical: { text: 'x'.repeat(20_000) } }));
    acknowledged += 1;
  } catch (error) {
    failure = error;
    await systemClock.sleep(1100, new AbortController().signal);
    after = await store.check(new AbortController().signal);
  }
}
const { code, status, retryAfterMs } = failure as { code: string; status: number; retryAfterMs: number };
process.stdout.write(
  JSON.stringify({ before, acknowledged, code, status, retryAfterMs, after, last: revisions.last()?.revision }),
);
// The way of a crash: nothing is closed.
process.exit(0);
