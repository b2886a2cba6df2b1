import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { PolyphonError } from '../../../core/contract/index.ts';
import type { ConversationServices } from '../../../core/conversation/conversation-services.ts';
import { createEventBus } from '../../../core/conversation/events/event-bus.ts';
import { Retention } from '../../../core/conversation/retention.ts';
import { openStore } from '../../../core/store/open-store.ts';
import { FakeClock } from '../../kit/index.ts';
import { done, type FakeTenant, fakeModel, makeBot, makeRig, settled, signal, silentLog } from './rig.ts';

const dayMs = 86_400_000;
const retention = { disclosure: 'never', refuse: [], pii: { redactLogs: [], retentionMs: 2 * dayMs } } as const;

/** A messenger with a day's window, whose template invites to write. */
const windowed: FakeTenant['sms'] = {
  capabilities: { replyWindowMs: dayMs },
  outsideWindow: (message) => ({ ...message, template: { name: 'go-on', language: 'en', parameters: [] } }),
};

async function held() {
  const rig = await makeRig({ tenants: { acme: { bot: makeBot('acme', { guardrails: retention }), sms: windowed } } });
  await rig.engine.recover(['acme'], signal);
  await rig.sms('Hello there');
  await rig.clock.advance(1.1 * dayMs);
  const [conversation] = await rig.engine.list('acme', {}, signal);
  const id = conversation?.id ?? '';
  await rig.engine.say('acme', id, { text: 'Your order has come.' }, signal);
  await rig.clock.advance(5000);
  return Object.assign(rig, { id });
}

it('leaves what is held until the person writes, in a conversation that rests', async () => {
  await using rig = await held();
  await rig.clock.advance(4 * dayMs);
  const said = (await rig.engine.messages('acme', rig.id, {}, signal)).map(({ text }) => text);
  // What the person said is empty: its id is kept for longer.
  expect(said.filter((text) => text !== '')).toEqual(['Your order has come.']);
  await rig.sms('Yes please, go on');
  await rig.clock.advance(10_000);
  expect(rig.tenant('acme').sent.at(-1)).toMatchObject({ text: 'Your order has come.' });
  expect(rig.tenant('acme').sent.at(-1)?.template).toBeUndefined();
  await rig.clock.advance(4 * dayMs);
  expect(rig.store.forTenant('acme').people.list({ limit: 10 })).toEqual([]);
});

it('takes what is held for too long with its dead letter and its event, not without', async () => {
  await using rig = await held();
  await rig.clock.advance(7.5 * dayMs);
  expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toHaveLength(1);
  await rig.clock.advance(1.5 * dayMs);
  expect(rig.store.forTenant('acme').people.list({ limit: 10 })).toEqual([]);
});

it('leaves the words of what waits for a bot that is gone', async () => {
  await using rig = await makeRig({ tenants: { acme: { bot: makeBot('acme', { guardrails: retention }) } } });
  const tenant = rig.tenant('acme');
  const asked: string[] = [];
  tenant.models = [
    fakeModel(async function* ({ messages }) {
      asked.push(JSON.stringify(messages.at(-1)));
      yield { type: 'text', text: 'Ten euros.' };
      yield done;
    }),
  ];
  await rig.engine.recover(['acme'], signal);
  await rig.sms('What does it cost?');
  tenant.unavailable = new PolyphonError('TEN2103', 'The channel does not open.');
  await rig.clock.advance(4 * dayMs);
  tenant.unavailable = undefined;
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(5000);
  expect(asked).toEqual([expect.stringContaining('What does it cost?')]);
});

it('goes on for a bot that is gone, as it said last, also in a process that has never seen it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-retention-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'store.db');
  const tenants = { acme: { bot: makeBot('acme', { guardrails: retention }) }, other: { bot: makeBot('other') } };
  const clock = new FakeClock();
  {
    await using rig = await makeRig({ path, clock, tenants });
    for (const tenantId of ['acme', 'other']) {
      await rig.store.write(() => rig.store.forTenant(tenantId).revisions.record({ revision: 'r1', canonical: {} }));
      const person = { conversation: '1', contact: { id: '1' } };
      await rig.engine.deliverer(tenantId, 'sms')([{ id: 'm1', text: 'Hello there', ...person }]);
    }
    await rig.clock.advance(5000);
    await rig.engine.drain(signal);
  }
  await using rig = await makeRig({ path, clock, tenants });
  rig.away = new PolyphonError('TEN2101', 'No such bot.');
  const left = (tenantId: string) => rig.store.forTenant(tenantId).people.list({ limit: 10 }).length;
  await rig.store.write(() => rig.store.forTenant('acme').revisions.recordRemoved());
  await rig.engine.recover([], signal);
  await rig.clock.advance(1.5 * dayMs);
  expect([left('acme'), left('other')]).toEqual([1, 1]);
  await rig.clock.advance(2 * dayMs);
  // Of a bot that had no retention nobody has said that anything may go.
  expect([left('acme'), left('other')]).toEqual([0, 1]);
});

it('takes what waits for a bot that is gone after a week, and not before', async () => {
  await using rig = await makeRig({ tenants: { acme: { bot: makeBot('acme', { guardrails: retention }) } } });
  await rig.engine.recover(['acme'], signal);
  await rig.sms('What does it cost?');
  rig.away = new PolyphonError('TEN2101', 'No such bot.');
  const { inbox, people } = rig.store.forTenant('acme');
  await rig.clock.advance(6.5 * dayMs);
  expect(inbox.allOpen()).toHaveLength(1);
  await rig.clock.advance(2 * dayMs);
  expect([inbox.allOpen(), people.list({ limit: 10 })]).toEqual([[], []]);
  rig.away = undefined;
  await rig.sms('Hello again');
  await rig.clock.advance(5000);
  expect(rig.tenant('acme').sent.at(-1)?.text).toBe('Fine.');
});

it('forgets each day what nothing needs any more, where no retention is configured', async () => {
  const clock = new FakeClock();
  await using store = await openStore({ path: ':memory:', clock, log: silentLog });
  const { inbox, deliveryStatuses } = store.forTenant('acme');
  const daily = new Retention({
    ...({ store, clock, log: silentLog, events: createEventBus(silentLog) } as unknown as ConversationServices),
    leases: { botOf: () => makeBot('acme'), retentionOf: () => undefined, acquire: () => expect.unreachable() },
  });
  daily.begin(['acme']);
  await settled();
  await clock.advance(dayMs / 2);
  const at = clock.now();
  await store.write(() => {
    deliveryStatuses.advance({ channel: 'sms', providerMessageId: 'theirs', status: 'read', reason: null, at });
    inbox.insertDone({
      ...{ channel: 'sms', conversationId: 'c', externalId: 'm1', messageId: 'msg', turnId: 't' },
      ...{ receivedAt: at, heardAt: at, dueAt: at, groupName: null },
    });
  });
  const kept = () => [
    inbox.find('sms', 'c', 'm1')?.externalId,
    deliveryStatuses.find('sms', 'theirs')?.providerMessageId,
  ];
  for (let day = 0; day < 13; day += 1) await clock.advance(dayMs);
  expect(kept()).toEqual(['m1', 'theirs']);
  for (let day = 0; day < 2; day += 1) await clock.advance(dayMs);
  expect(kept()).toEqual([undefined, 'theirs']);
  for (let day = 0; day < 16; day += 1) await clock.advance(dayMs);
  expect(kept()).toEqual([undefined, undefined]);
  await daily.drain();
});
