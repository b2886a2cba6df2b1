import { expect, it } from 'vitest';
import { fakeModel, makeRig, saying, signal } from './rig.ts';

/** Writes of these words end with a fault that is nobody's to correct, as one of ours would. */
function refuseWords(rig: Awaited<ReturnType<typeof makeRig>>, words: string): void {
  const forTenant = rig.store.forTenant.bind(rig.store);
  const { messages } = forTenant('acme');
  const insert = messages.insert.bind(messages);
  messages.insert = (row) => {
    if (row.message.text.includes(words)) throw new TypeError('a mistake of ours');
    insert(row);
  };
  Object.assign(rig.store, { forTenant: () => ({ ...forTenant('acme'), messages }) });
}

it('says that something went wrong where an answer can never be written down, and goes on', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.models = [fakeModel(saying('The answer that breaks.'))];
  refuseWords(rig, 'breaks');
  await rig.sms('What is wrong?');
  await rig.clock.advance(60_000);
  expect(tenant.sent.map(({ text }) => text)).toEqual(['Hello, I am an AI assistant.', 'Something is not working.']);
  expect(rig.store.forTenant('acme').inbox.allOpen()).toEqual([]);
  expect(rig.events.filter(({ type }) => type === 'turn.failed')).toHaveLength(1);
  tenant.models = [fakeModel(saying('Better.'))];
  await rig.sms('And now?');
  await rig.clock.advance(60_000);
  expect(tenant.sent.at(-1)?.text).toBe('Better.');
});

it.each([
  [
    'throws at once',
    () => {
      throw new Error('a mistake of the plugin');
    },
  ],
  ['gives no promise', (() => {}) as unknown as () => Promise<void>],
  ['rejects', () => Promise.reject(new Error('the platform refuses'))],
])('answers also where the sign of typing %s', async (_, typing) => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = { typing };
  await rig.sms('Hello?');
  await rig.clock.advance(1000);
  expect(tenant.sent.map(({ text }) => text)).toEqual(['Hello, I am an AI assistant.', 'Fine.']);
  const [conversation] = await rig.engine.list('acme', {}, signal);
  expect(await rig.engine.messages('acme', conversation?.id ?? '', {}, signal)).toHaveLength(3);
});
