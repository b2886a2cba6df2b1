import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FakeClock, seededRandom } from '../../kit/index.ts';
import { makeBot, makeRig, settled, signal } from './rig.ts';

const handoff = (onTimeout: 'callback' | 'return') => ({ inbox: 'desk', notify: [], timeoutMs: 300_000, onTimeout });

async function rigWith(onTimeout: 'callback' | 'return', options: Parameters<typeof makeRig>[0] = {}) {
  const rig = await makeRig({
    ...options,
    tenants: { acme: { bot: makeBot('acme', { handoff: handoff(onTimeout) }) } },
  });
  await rig.engine.recover(['acme'], signal);
  return rig;
}

it('gives the conversation back when nobody comes, without a message having to come, and says so', async () => {
  await using rig = await rigWith('return');
  await rig.sms('I want to talk to a human');
  await rig.clock.advance(1000);
  const { sent } = rig.tenant('acme');
  const before = sent.length;
  await rig.clock.advance(298_000);
  expect(sent).toHaveLength(before);
  await rig.clock.advance(3000);
  expect(sent.slice(before).map(({ text }) => text)).toEqual([
    'Nobody is free at the moment. I will go on helping you.',
  ]);
  expect(rig.events).toContainEqual(expect.objectContaining({ type: 'handoff.returned', after: 'timeout' }));
  const [view] = await rig.engine.list('acme', {}, signal);
  expect(view).toMatchObject({ owner: 'bot' });
  expect(view).not.toHaveProperty('handoff');
  await rig.clock.advance(3_600_000);
  expect(sent).toHaveLength(before + 1);
});

it('keeps the request open where somebody is to call back, until an operator takes it', async () => {
  await using rig = await rigWith('callback');
  const session = await rig.session();
  await session.ask('Ich möchte mit einem Menschen sprechen');
  await rig.clock.advance(300_001);
  const history = await rig.engine.conversationsOf('acme', 'web').history(session.id, {}, signal);
  expect(history.at(-1)?.text).toBe(
    'Gerade ist niemand frei. Wir melden uns bei Ihnen; bis dahin helfe ich gern weiter.',
  );
  const id = await session.conversation();
  expect((await rig.engine.list('acme', {}, signal))[0]).toMatchObject({ owner: 'bot', handoff: 'asked' });
  expect((await session.ask('Thank you')).text).toBe('Fine.');
  await session.ask('I want to talk to a human');
  await rig.engine.take('acme', id, signal);
  await rig.engine.return('acme', id, signal);
  expect((await rig.engine.list('acme', {}, signal))[0]).not.toHaveProperty('handoff');
});

it('leaves a conversation to the human who has come', async () => {
  await using rig = await rigWith('return');
  const session = await rig.session();
  await session.ask('I want to talk to a human');
  await rig.engine.take('acme', await session.conversation(), signal);
  await rig.clock.advance(3_600_000);
  expect((await rig.engine.list('acme', {}, signal))[0]).toMatchObject({ owner: 'human' });
  expect(rig.events.map(({ type }) => type)).not.toContain('handoff.returned');
});

it('goes on waiting after a restart, for what is left of the time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  const path = join(folder, 'store.db');
  try {
    const before = await rigWith('return', { path });
    await before.sms('I want to talk to a human');
    await before.clock.advance(100_000);
    const now = before.clock.now();
    await before[Symbol.asyncDispose]();
    await using after = await rigWith('return', { path, clock: new FakeClock(now + 50_000), random: seededRandom(2) });
    await after.clock.advance(145_000);
    expect(after.tenant('acme').sent).toEqual([]);
    await after.clock.advance(10_000);
    await settled();
    expect(after.tenant('acme').sent.map(({ text }) => text)).toEqual([
      'Nobody is free at the moment. I will go on helping you.',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
