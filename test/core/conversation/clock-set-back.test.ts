import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../kit/index.ts';
import { makeRig, signal } from './rig.ts';
import { makeToldRig, secret } from './told-rig.ts';

const hourMs = 3_600_000;

/** A clock that somebody sets. */
class SetClock extends FakeClock {
  aheadMs = 0;
  override now(): number {
    return super.now() + this.aheadMs;
  }
}

it('answers what waits for the rest of a burst when the clock is set back', async () => {
  const clock = new SetClock();
  await using rig = await makeRig({ clock });
  await rig.sms('Hello there');
  clock.aheadMs = -hourMs;
  await clock.advance(5000);
  expect(rig.tenant('acme').sent).toHaveLength(2);
});

it('tries again what a platform refused for now, and no sooner, when the clock is set back', async () => {
  const clock = new SetClock();
  await using rig = await makeRig({ clock });
  rig.tenant('acme').sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 60_000 });
  await rig.sms('Hello there');
  await clock.advance(2000);
  clock.aheadMs = -hourMs;
  await clock.advance(55_000);
  expect(rig.tenant('acme').sent).toHaveLength(1);
  await clock.advance(10_000);
  expect(rig.tenant('acme').sent).toHaveLength(3);
});

it('tries at a start what was left by a process whose clock was ahead, and keeps to the pauses then', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-clock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'store.db');
  const busy = { status: 'rejected', reason: 'busy', retryAfterMs: 60_000 } as const;
  const clock = new SetClock();
  clock.aheadMs = hourMs;
  const before = await makeRig({ clock, path });
  before.tenant('acme').sendResults.push(busy);
  await before.sms('Hello there');
  await clock.advance(2000);
  await before.sms('Are you there?', { conversation: 'other' });
  await before[Symbol.asyncDispose]();
  clock.aheadMs = 0;
  await using rig = await makeRig({ clock, path });
  const { sent, sendResults } = rig.tenant('acme');
  sendResults.push(busy, busy);
  await rig.engine.recover(['acme'], signal);
  await clock.advance(50_000);
  expect(sent.map(({ conversation }) => conversation).toSorted()).toEqual(['+49301', 'other']);
  await clock.advance(30_000);
  expect(sent).toHaveLength(6);
});

it('tells an address again after its pause when the clock is set back', async () => {
  const clock = new SetClock();
  await using rig = await makeToldRig(
    { events: [{ url: 'https://hooks.example/in', secret, types: ['channel.message.received'] }] },
    { clock },
  );
  rig.receiver.moods.push(503);
  await rig.sms('Hello there');
  await clock.advance(1000);
  clock.aheadMs = -hourMs;
  await clock.advance(10_000);
  expect(rig.receiver.taken).toHaveLength(1);
});

it('heeds STOP, and no late START, when the clock is set back', async () => {
  const clock = new SetClock();
  await using rig = await makeRig({ clock, tenants: { acme: { sms: { capabilities: { consent: 'opt-out' } } } } });
  const beganMs = clock.now();
  await rig.sms('START', { consent: 'start', sentAt: beganMs });
  await clock.advance(60_000);
  clock.aheadMs = -hourMs;
  await rig.sms('STOP', { consent: 'stop', sentAt: beganMs + 60_000 });
  await clock.advance(1000);
  await rig.sms('START', { consent: 'start', sentAt: beganMs + 30_000 });
  await clock.advance(1000);
  const { sent } = rig.tenant('acme');
  const before = sent.length;
  await rig.sms('Hm');
  await clock.advance(5000);
  expect(sent).toHaveLength(before);
  await rig.sms('START', { consent: 'start', sentAt: beganMs + 90_000 });
  await clock.advance(1000);
  await rig.sms('Hm');
  await clock.advance(5000);
  expect(sent.length).toBeGreaterThan(before);
});
