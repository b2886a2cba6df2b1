import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { quietUntil } from '../../../core/conversation/outbox/quiet-hours.ts';
import { builtInTexts } from '../../../core/conversation/texts/built-in-texts.ts';
import { FakeClock } from '../../kit/index.ts';
import { makeBot, makeRig, signal } from './rig.ts';
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

it('gives back what no human has taken in time when the clock is set back, and waits anew for the next', async () => {
  const clock = new SetClock();
  const handoff = { inbox: 'desk', notify: [], timeoutMs: 300_000, onTimeout: 'return' } as const;
  await using rig = await makeRig({ clock, tenants: { acme: { bot: makeBot('acme', { handoff }) } } });
  await rig.engine.recover(['acme'], signal);
  const { sent } = rig.tenant('acme');
  const given = () => sent.filter(({ text }) => text.startsWith('Nobody is free')).length;
  await rig.sms('I want to talk to a human');
  await clock.advance(60_000);
  clock.aheadMs = -3 * hourMs;
  await clock.advance(230_000);
  expect(given()).toBe(0);
  await clock.advance(20_000);
  expect(given()).toBe(1);
  await rig.sms('I want to talk to a human');
  await clock.advance(290_000);
  expect(given()).toBe(1);
  await clock.advance(20_000);
  expect(given()).toBe(2);
});

it('says again that it cannot read something when the clock is set back', async () => {
  const clock = new SetClock();
  await using rig = await makeRig({ clock });
  const told = () => rig.tenant('acme').sent.filter(({ text }) => text.endsWith(builtInTexts.unsupported.en)).length;
  const story = { attachments: [{ id: 's', kind: 'unsupported', mediaType: 'application/octet-stream' }] } as const;
  await rig.sms('', story);
  await clock.advance(5000);
  expect(told()).toBe(1);
  clock.aheadMs = -hourMs;
  await rig.sms('', story);
  await clock.advance(5000);
  expect(told()).toBe(2);
});

it('wakes nobody whose last words are dated ahead of a clock that was set back', () => {
  const night = Date.parse('2026-11-22T01:00:00Z');
  const quiet = { hours: { from: 1260, to: 480 }, timezone: 'Europe/Berlin', openMs: hourMs / 2 };
  expect(quietUntil(quiet, night, night - 60_000)).toBeUndefined();
  // By a clock that is a little behind the platform's.
  expect(quietUntil(quiet, night, night + 60_000)).toBeUndefined();
  expect(quietUntil(quiet, night, night + 3 * hourMs)).toBe(Date.parse('2026-11-22T07:00:00Z'));
});

it('answers and forgets as it should when the clock is set ahead by hours, and put right', async () => {
  const clock = new SetClock();
  const capabilities = { replyWindowMs: 24 * hourMs } as const;
  await using rig = await makeRig({ clock, tenants: { acme: { sms: { capabilities } } } });
  await rig.engine.recover(['acme'], signal);
  // A session ends with the clock, and the next begins with a greeting; each question has one answer.
  const answers = () => rig.tenant('acme').sent.filter(({ text }) => text.endsWith('Fine.')).length;
  const says = async (id: string, sentAt: number) => {
    const receipt = await rig.sms('Hello there', { id, sentAt });
    await clock.advance(10_000);
    return receipt?.status;
  };
  const trueNow = () => clock.now() - clock.aheadMs;
  await says('one', trueNow());
  expect(answers()).toBe(1);
  clock.aheadMs = 5 * hourMs;
  expect(await says('two', trueNow())).toBe('stored');
  expect(await says('one', trueNow())).toBe('duplicate');
  expect(answers()).toBe(2);
  clock.aheadMs = -5 * hourMs;
  expect(await says('three', trueNow())).toBe('stored');
  expect(await says('two', trueNow())).toBe('duplicate');
  clock.aheadMs = 0;
  expect(await says('three', trueNow())).toBe('duplicate');
  expect(await says('four', trueNow())).toBe('stored');
  expect(answers()).toBe(4);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
});
