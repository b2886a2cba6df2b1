import { expect, it } from 'vitest';
import type { Store } from '../../../core/store/open-store.ts';
import { forgettingBegins } from '../../../core/store/personal-data.ts';
import { makeBot, makeRig, settled, signal } from './rig.ts';

/** Behind each write there is one in its tick that fails, so that all others are run twice. */
function failBeside(store: Store): void {
  const { write } = store;
  const fail = (): never => {
    throw new Error('failed on purpose');
  };
  Object.assign(store, {
    write: ((job, onCommit, onVisible) => {
      const written = write(job, onCommit, onVisible);
      void write(fail).catch(() => {});
      return written;
    }) satisfies Store['write'],
  });
}

it('keeps and tells of a message once when its transaction is run twice, and takes one token for it', async () => {
  const limits = { ...makeBot('acme').limits, perContact: { count: 2, perMs: 60_000 } };
  await using rig = await makeRig({ tenants: { acme: { bot: makeBot('acme', { limits }) } } });
  failBeside(rig.store);
  const first = await rig.sms('One?');
  await rig.clock.advance(2000);
  const second = await rig.sms('Two?');
  await rig.clock.advance(2000);
  const third = await rig.sms('Three?');
  await rig.clock.advance(2000);
  await settled();
  expect([first, second, third].map((receipt) => receipt?.status)).toEqual(['stored', 'stored', 'refused']);
  expect(rig.tenant('acme').sent.map(({ text }) => text)).toEqual([
    'Hello, I am an AI assistant.',
    'Fine.',
    'Fine.',
    expect.stringMatching(/moment|wait|slow|later|minute/i),
  ]);
  const told = rig.events.filter(({ type }) => type === 'channel.message.received' || type === 'channel.message.sent');
  expect(told.map(({ type }) => type.split('.').at(-1)).toSorted()).toEqual([
    ...['received', 'received'],
    ...['sent', 'sent', 'sent', 'sent'],
  ]);
  const [conversation] = await rig.engine.list('acme', {}, signal);
  expect(await rig.engine.messages('acme', conversation?.id ?? '', {}, signal)).toHaveLength(6);
  const turn = first?.status === 'stored' ? first.turnId : '';
  const trace = await rig.engine.trace('acme', turn, signal);
  expect(trace?.steps.filter(({ name }) => name === 'write')).toHaveLength(1);
});

it('forgets page by page when each page is run twice', async () => {
  await using rig = await makeRig();
  for (let day = 0; day < 3; day += 1) {
    await rig.sms(`Day ${day}`);
    await rig.clock.advance(86_400_000);
  }
  failBeside(rig.store);
  const { personalData } = rig.store.forTenant('acme');
  const limits = { before: rig.clock.now() - 2.5 * 86_400_000, idsKeptSince: rig.clock.now() };
  let place = forgettingBegins;
  while (place.at !== 'done') {
    const from = place;
    place = await rig.store.write(() => personalData.forget(from, limits));
  }
  const [conversation] = await rig.engine.list('acme', {}, signal);
  const left = await rig.engine.messages('acme', conversation?.id ?? '', {}, signal);
  expect(left.filter(({ role }) => role === 'contact').map(({ text }) => text)).toEqual(['Day 1', 'Day 2']);
});
