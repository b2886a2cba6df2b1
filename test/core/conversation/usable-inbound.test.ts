import { expect, it } from 'vitest';
import { makeRig, signal } from './rig.ts';

const good = { id: 'm1', conversation: '+49301', contact: { id: '+49301' }, text: 'Hello there' };

it.each([
  ['no id', { id: undefined }, '`id`'],
  ['an empty id', { id: '' }, '`id`'],
  ['no conversation', { conversation: undefined }, '`conversation`'],
  ['a number for a conversation', { conversation: 49301 }, '`conversation`'],
  ['no contact', { contact: undefined }, '`contact.id`'],
  ['a number for a contact', { contact: { id: 7 } }, '`contact.id`'],
  ['an object for words', { text: { body: 'Hello' } }, '`text`'],
  ['one attachment for a list', { attachments: { id: 'a' } }, '`attachments`'],
])('refuses a delivery with %s, and keeps nothing of it', async (_, change, named) => {
  await using rig = await makeRig();
  const deliver = rig.engine.deliverer('acme', 'sms');
  const delivery = deliver([good, { ...good, id: 'm2', ...change } as never]);
  await expect(delivery).rejects.toMatchObject({ code: 'CNV5037', message: expect.stringContaining(named) });
  expect(await rig.engine.list('acme', {}, signal)).toEqual([]);
  expect(await deliver([good])).toMatchObject([{ status: 'stored' }]);
});
