import { expect, it } from 'vitest';
import { makeRig, signal } from './rig.ts';

it('keeps the last edit where all of them have overtaken what they edit', async () => {
  await using rig = await makeRig();
  await rig.sms('A bike?', { id: 'm1:edit:2', edits: 'm1', sentAt: 3000 });
  await rig.sms('A bake?', { id: 'm1:edit:1', edits: 'm1', sentAt: 2000 });
  await rig.clock.advance(5000);
  const [conversation] = await rig.engine.list('acme', {}, signal);
  const [asked] = await rig.engine.messages('acme', conversation?.id ?? '', {}, signal);
  expect(asked?.text).toBe('A bike?');
});

it('counts edits, as the steps of a live location are, apart from questions, and tells nobody of their limit', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  const perContact = { count: 2, perMs: 60_000 };
  tenant.bot = { ...tenant.bot, limits: { ...tenant.bot.limits, perContact, perTenant: perContact } };
  await rig.sms('geo:1,2', { id: 'm1' });
  await rig.clock.advance(5000);
  const said = tenant.sent.length;
  const receipts = [];
  for (const step of [1, 2, 3]) receipts.push(await rig.sms(`geo:1,2.${step}`, { id: `m1:edit:${step}`, edits: 'm1' }));
  expect(receipts).toMatchObject([
    { status: 'stored', message: { text: 'geo:1,2.1' } },
    { status: 'stored', message: { text: 'geo:1,2.2' } },
    { status: 'refused', reason: 'rate-limited' },
  ]);
  expect(tenant.sent).toHaveLength(said);
  expect(await rig.sms('What does a bike cost?', { id: 'm2' })).toMatchObject({ status: 'stored' });
});
