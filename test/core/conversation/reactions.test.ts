import { expect, it } from 'vitest';
import type { ModelRequest } from '../../../core/contract/index.ts';
import { done, fakeModel, makeRig, type Rig, signal } from './rig.ts';

const person = '+49301';

function react(rig: Rig, id: string, to: string) {
  const reaction = { id, conversation: person, contact: { id: person }, text: '👍', quotes: { id: to } };
  return rig.engine.deliverer('acme', 'sms')([{ ...reaction, reply: 'none' }]);
}

async function said(rig: Rig) {
  const [conversation] = await rig.engine.list('acme', {}, signal);
  return await rig.engine.messages('acme', conversation?.id ?? '', {}, signal);
}

it('is seen with what it is to, and the bot does not answer', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  await rig.sms('Shall I book?', { conversation: person, contact: { id: person } });
  await rig.clock.advance(5000);
  const sent = tenant.sent.length;
  const [receipt] = await react(rig, 'r1', `p${sent}`);
  expect(receipt).toMatchObject({ status: 'stored', message: { text: '👍', quotes: tenant.sent.at(-1)?.text } });
  expect(await react(rig, 'r1', `p${sent}`)).toMatchObject([{ status: 'duplicate' }]);
  await rig.clock.advance(60_000);
  expect(tenant.sent).toHaveLength(sent);
  expect((await said(rig)).at(-1)).toMatchObject({ role: 'contact', text: '👍' });
  const turnId = receipt?.status === 'stored' ? receipt.turnId : '';
  expect(await rig.engine.trace('acme', turnId, signal)).toMatchObject({ outcome: 'silent', reason: 'no-reply' });
});

it('is known to the model when the person writes again', async () => {
  await using rig = await makeRig();
  const asked: ModelRequest[] = [];
  rig.tenant('acme').models = [
    fakeModel(async function* (request) {
      asked.push(request);
      yield { type: 'text', text: 'Nice.' };
      yield done;
    }),
  ];
  await rig.sms('Shall I book?', { conversation: person, contact: { id: person } });
  await rig.clock.advance(5000);
  await react(rig, 'r1', `p${rig.tenant('acme').sent.length}`);
  await rig.sms('For two', { conversation: person, contact: { id: person } });
  await rig.clock.advance(5000);
  const texts = asked.at(-1)?.messages.flatMap((message) => ('text' in message ? [message.text] : []));
  expect(texts?.slice(-2)).toEqual(['> Nice.\n\n👍', 'For two']);
});

it('begins no conversation, and ends none that is idle', async () => {
  await using rig = await makeRig();
  expect(await react(rig, 'r0', 'p1')).toMatchObject([{ status: 'refused', reason: 'not-found' }]);
  expect(await rig.engine.list('acme', {}, signal)).toEqual([]);
  await rig.sms('Shall I book?', { conversation: person, contact: { id: person } });
  await rig.clock.advance(24 * 3_600_000);
  const before = rig.events.length;
  expect(await react(rig, 'r1', 'p1')).toMatchObject([{ status: 'stored' }]);
  expect(rig.events.slice(before).map(({ type }) => type)).toEqual(['channel.message.received']);
});

it('opens no window of the platform: what waits for one goes on waiting', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = { capabilities: { replyWindowMs: 60_000 } };
  await rig.sms('Shall I book?', { conversation: person, contact: { id: person } });
  await rig.clock.advance(120_000);
  const { inbox, conversations } = rig.store.forTenant('acme');
  const conversationId = conversations.byExternalId('sms', person)?.id ?? '';
  const heard = [inbox.lastHeardAt('sms', conversationId), inbox.lastReceivedAt('sms', conversationId)];
  await react(rig, 'r1', 'p1');
  expect([inbox.lastHeardAt('sms', conversationId), inbox.lastReceivedAt('sms', conversationId)]).toEqual(heard);
});

it('is told nothing of limits', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.bot = { ...tenant.bot, limits: { ...tenant.bot.limits, perContact: { count: 2, perMs: 60_000 } } };
  await rig.sms('Shall I book?', { conversation: person, contact: { id: person } });
  await rig.clock.advance(5000);
  const sent = tenant.sent.length;
  await react(rig, 'r1', 'p1');
  expect(await react(rig, 'r2', 'p1')).toMatchObject([{ status: 'refused', reason: 'rate-limited' }]);
  await rig.clock.advance(5000);
  expect(tenant.sent).toHaveLength(sent);
});
