import { expect, it } from 'vitest';
import { activityStepMs } from '../../../core/store/conversations.ts';
import { makeBot, makeRig, type Rig, signal } from './rig.ts';

const person = (name: string) => ({ conversation: name, contact: { id: name } });

async function say(rig: Rig, name: string): Promise<number> {
  await rig.sms(`Hello from ${name}`, person(name));
  await rig.clock.advance(2000);
  return rig.clock.now();
}

const row = (rig: Rig, name: string) => rig.store.forTenant('acme').conversations.byExternalId('sms', name);
const listed = async (rig: Rig) => await rig.engine.list('acme', {}, signal);

it('lists conversations by what was said last, though the time of activity is kept to a minute', async () => {
  await using rig = await makeRig();
  await say(rig, 'ada');
  const began = row(rig, 'ada')?.lastActiveAt ?? 0;
  await say(rig, 'ben');
  await say(rig, 'ada');
  expect(row(rig, 'ada')?.lastActiveAt).toBe(began);
  const [newest] = await listed(rig);
  expect(newest?.id).toBe(row(rig, 'ada')?.id);
  expect(Date.parse(newest?.lastActiveAt ?? '')).toBeGreaterThan(began);
  await rig.clock.advance(activityStepMs);
  await say(rig, 'ada');
  expect(row(rig, 'ada')?.lastActiveAt).toBeGreaterThan(began + activityStepMs);
});

it('keeps the time exactly while people answer', async () => {
  await using rig = await makeRig();
  await say(rig, 'ada');
  await rig.engine.take('acme', row(rig, 'ada')?.id ?? '', signal);
  await rig.clock.advance(1000);
  const now = rig.clock.now();
  await rig.sms('Are you there?', person('ada'));
  expect(row(rig, 'ada')?.lastActiveAt).toBe(now);
  expect((await listed(rig))[0]?.lastActiveAt).toBe(new Date(now).toISOString());
});

it('closes no session early', async () => {
  const bot = makeBot('acme', { session: { ...makeBot('acme').session, idleCloseMs: 1000 } });
  await using rig = await makeRig({ tenants: { acme: { bot } } });
  await rig.sms('One', person('ada'));
  const first = row(rig, 'ada')?.sessionId;
  for (let time = 0; time < 5; time += 1) {
    await rig.clock.advance(900);
    await rig.sms(`Again ${time}`, person('ada'));
  }
  expect(row(rig, 'ada')?.sessionId).toBe(first);
  await rig.clock.advance(5000);
  await rig.sms('Late', person('ada'));
  expect(row(rig, 'ada')?.sessionId).not.toBe(first);
});

it('knows when a channel last heard from anybody, whoever was active since', async () => {
  await using rig = await makeRig();
  const lastTaken = () => rig.engine.lastTakenAt('acme', 'sms');
  expect(lastTaken()).toBeUndefined();
  for (let one = 0; one < 45; one += 1) await say(rig, `person ${one}`);
  await rig.clock.advance(2 * activityStepMs);
  const at = rig.clock.now();
  await rig.sms('The newest', person('person 3'));
  await rig.clock.advance(1000);
  const { conversations } = rig.store.forTenant('acme');
  // We have written to the others since.
  await rig.clock.advance(10 * activityStepMs);
  const others = Array.from({ length: 45 }, (_, one) => row(rig, `person ${one}`)?.id ?? '');
  await rig.store.write(() => {
    for (const id of others) if (id !== row(rig, 'person 3')?.id) conversations.touch(id, rig.clock.now());
  });
  expect(lastTaken()).toBe(at);
  expect(rig.engine.lastTakenAt('acme', 'web')).toBeUndefined();
});
