import { expect, it } from 'vitest';
import type { OutboundMessage } from '../../../core/contract/index.ts';
import { done, fakeModel, makeBot, makeRig, type Rig, signal } from './rig.ts';

const dayMs = 86_400_000;

/** A bot that forgets after so many days. */
function makeForgettingRig(days: number, sms: Rig extends { tenant(id: string): { sms?: infer Sms } } ? Sms : never) {
  const guardrails = {
    disclosure: 'never',
    refuse: [],
    pii: { redactLogs: [], retentionMs: days * dayMs },
  } as const;
  return makeRig({ tenants: { acme: { bot: makeBot('acme', { guardrails }), sms } } });
}

async function pass(rig: Rig, days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) await rig.clock.advance(dayMs);
}

/** Whether what a program writes by itself goes out. */
async function isReached(rig: Rig): Promise<boolean> {
  const before = rig.tenant('acme').sent.length;
  const outbound = rig.engine.outboundOf('acme', 'sms');
  const { id } = await outbound.open({ conversation: '+49301', contact: { id: '+49301' } }, signal);
  await outbound.enqueue(id, { text: 'Our autumn sale begins!' }, signal);
  await rig.clock.advance(5000);
  return rig.tenant('acme').sent.length > before;
}

it.each(['retention', 'erasure'])(
  'heeds STOP also after %s, until the person says START',
  async (by) => {
    await using rig = await makeForgettingRig(30, { capabilities: { consent: 'opt-out' } });
    await rig.engine.recover(['acme'], signal);
    await rig.sms('Hello there');
    await rig.clock.advance(3000);
    await rig.sms('STOP', { consent: 'stop' });
    await rig.clock.advance(3000);
    const { people, personalData, conversations } = rig.store.forTenant('acme');
    if (by === 'retention') await pass(rig, 33);
    else await rig.store.write(() => personalData.erase(people.list({ limit: 1 })[0]?.id ?? ''));
    expect([people.list({ limit: 9 }), conversations.byExternalId('sms', '+49301')]).toEqual([[], undefined]);
    expect(await isReached(rig)).toBe(false);
    await rig.sms('START', { consent: 'start' });
    await rig.clock.advance(3000);
    expect(await isReached(rig)).toBe(true);
  },
  30_000,
);

it('forgets no conversation in which something waits to be said', async () => {
  await using rig = await makeForgettingRig(2, {
    capabilities: { replyWindowMs: dayMs },
    outsideWindow: (message: OutboundMessage) => ({
      ...message,
      template: { name: 'continue', language: 'en', parameters: [] },
    }),
  });
  await rig.engine.recover(['acme'], signal);
  await rig.sms('Hello there');
  await rig.clock.advance(26 * 3_600_000);
  const [conversation] = await rig.engine.list('acme', {}, signal);
  await rig.engine.say('acme', conversation?.id ?? '', { text: 'Your order has come' }, signal);
  await pass(rig, 4);
  await rig.sms('Yes please');
  await rig.clock.advance(10_000);
  const said = rig.tenant('acme').sent.filter(({ template }) => template === undefined);
  expect(said.map(({ text }) => text)).toContain('Your order has come');
}, 30_000);

it('leaves nothing of a person who was erased while their turn ran', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').models = [
    fakeModel(async function* () {
      await rig.clock.sleep(2000);
      yield { type: 'text', text: 'Late.' };
      yield done;
    }),
  ];
  await rig.sms('Hello there');
  await rig.clock.advance(1500);
  const { conversations, inbox, personalData, turns } = rig.store.forTenant('acme');
  const [conversation] = await rig.engine.list('acme', {}, signal);
  const { contactId = '' } = conversations.byId(conversation?.id ?? '') ?? {};
  const [open] = inbox.openOf(conversation?.id ?? '');
  const before = rig.events.length;
  await rig.store.write(() => personalData.erase(contactId));
  await rig.clock.advance(20_000);
  expect(turns.byId(open?.turnId ?? '')).toBeUndefined();
  expect(rig.tenant('acme').sent.map(({ text }) => text)).not.toContain('Late.');
  expect(rig.events.slice(before)).toEqual([]);
});

it('keeps ids against duplicates for two weeks, and what a platform told as long as what it is about, without a restart', async () => {
  await using rig = await makeForgettingRig(3, {});
  await rig.engine.recover(['acme'], signal);
  await rig.sms('Hello there', { id: 'm1' });
  await rig.clock.advance(3000);
  await rig.told({ providerMessageId: 'p2', status: 'delivered' });
  const { inbox, deliveryStatuses, conversations } = rig.store.forTenant('acme');
  const { id = '' } = conversations.byExternalId('sms', '+49301') ?? {};
  const kept = () => [inbox.find('sms', id, 'm1') !== undefined, deliveryStatuses.find('sms', 'p2') !== undefined];
  for (let day = 0; day < 18; day += 1) {
    // Somebody who writes every other day: the conversation stays.
    if (day % 2 === 0) await rig.sms('And again', { id: `again${day}` });
    await rig.clock.advance(dayMs);
    if (day === 1) expect(kept()).toEqual([true, true]);
    if (day === 12) expect(kept()).toEqual([true, false]);
  }
  expect(kept()).toEqual([false, false]);
}, 30_000);
