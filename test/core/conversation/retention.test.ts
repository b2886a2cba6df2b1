import { expect, it } from 'vitest';
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

it('forgets each day what nothing needs any more, where no retention is configured', async () => {
  const clock = new FakeClock();
  await using store = await openStore({ path: ':memory:', clock, log: silentLog });
  const { inbox, deliveryStatuses } = store.forTenant('acme');
  const daily = new Retention({
    ...({ store, clock, log: silentLog, events: createEventBus(silentLog) } as unknown as ConversationServices),
    leases: { botOf: () => makeBot('acme'), acquire: () => expect.unreachable() },
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
