import { expect, it } from 'vitest';
import { Mailboxes } from '../../../core/conversation/mailbox/mailboxes.ts';
import { FakeClock, seededRandom, settled } from '../../kit/index.ts';
import { done, fakeModel, makeBot, makeRig, silentLog } from './rig.ts';

const modelMs = 1000;

/** The 95th percentile of the time from a message to the end of its turn, of nine tenants with two messages a second each. */
async function othersP95(noisyPerSecond: number): Promise<number> {
  const clock = new FakeClock();
  const chance = seededRandom(5);
  const offered = new Map<string, number>();
  const times: number[] = [];
  const mailboxes = new Mailboxes({
    clock,
    log: silentLog,
    maxRunning: 32,
    run: async ({ tenantId, turnId }) => {
      await clock.sleep(modelMs);
      if (tenantId !== 'noisy') times.push(clock.now() - (offered.get(turnId) ?? 0));
      return { status: 'silent' };
    },
  });
  const offer = (tenantId: string, conversation: string, turnId: string): void => {
    offered.set(turnId, clock.now());
    mailboxes.offer(tenantId, conversation, { turnId, dueAtMs: 0 }, 'queue');
  };
  for (let tick = 0; tick < 60; tick += 1) {
    // The process has served them all for some seconds when the flood begins.
    for (let index = 0; tick >= 12 && index < noisyPerSecond / 4; index += 1)
      offer('noisy', `n${tick}.${index}`, `n${tick}.${index}`);
    for (let tenant = 0; tenant < 9; tenant += 1) {
      if (chance.next() < 0.5) offer(`t${tenant}`, `c${tick}.${tenant}`, `t${tick}.${tenant}`);
    }
    await clock.advance(250);
  }
  await clock.advance(5000);
  times.sort((one, other) => one - other);
  return times[Math.ceil(times.length * 0.95) - 1] ?? 0;
}

it('lets nobody wait a fifth longer for a tenant that floods the process with fifty times as much', async () => {
  const [calm, flooded] = [await othersP95(2), await othersP95(100)];
  expect(calm).toBeGreaterThanOrEqual(modelMs);
  expect(flooded).toBeLessThanOrEqual(calm * 1.2);
});

it('takes of a tenant at fifty times its quota what the quota is, tells the rest that it is busy, and serves the others as before', async () => {
  await using rig = await makeRig({ maxRunningTurns: 16 });
  const slow = fakeModel(async function* () {
    await rig.clock.sleep(modelMs);
    yield { type: 'text', text: 'Fine.' };
    yield done;
  });
  for (const id of ['noisy', 'calm']) rig.tenant(id).models = [slow];
  const { limits } = rig.tenant('noisy').bot;
  rig.tenant('noisy').bot = makeBot('noisy', { limits: { ...limits, perTenant: { count: 20, perMs: 60_000 } } });
  let stored = 0;
  let refused = 0;
  for (let second = 0; second < 60; second += 1) {
    for (let index = 0; index < 17; index += 1) {
      const id = `+${second % 30}.${index}`;
      const receipt = await rig.sms('Hello there', { conversation: id, contact: { id } }, 'noisy');
      if (receipt?.status === 'stored') stored += 1;
      else if (receipt?.status === 'refused' && (receipt.retryAfterMs ?? 0) > 0) refused += 1;
    }
    const person = { conversation: `+c${second}`, contact: { id: `+c${second}` } };
    if (second % 5 === 0) await rig.sms('Hello there', person, 'calm');
    await rig.clock.advance(1000);
  }
  await rig.clock.advance(60_000);
  // A full bucket at first, and one more every three seconds.
  expect(stored).toBeGreaterThanOrEqual(39);
  expect(stored).toBeLessThanOrEqual(41);
  expect(refused).toBe(60 * 17 - stored);
  const busy = rig.tenant('noisy').sent.filter(({ text }) => text.startsWith('Very many people'));
  expect(busy.length).toBeGreaterThan(0);
  expect(busy.length).toBeLessThanOrEqual(41);
  expect(rig.tenant('calm').sent.filter(({ text }) => text === 'Fine.')).toHaveLength(12);
  const { statistics } = rig.store.forTenant('calm');
  expect(statistics.responses(0).at(-1)?.ms).toBeLessThanOrEqual(modelMs + 800 + 100);
  await settled();
});
