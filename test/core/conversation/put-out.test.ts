import { expect, it } from 'vitest';
import type { Store } from '../../../core/store/open-store.ts';
import type { OutboxRow } from '../../../core/store/outbox.ts';
import { done, fakeModel, makeBot, makeRig, type Rig, signal } from './rig.ts';

/** Calls with the first row of the outbox that is not settled, after each commit and before anybody is told of it. */
function watchCommits(rig: Rig, onRow: (row: OutboxRow) => void): void {
  const { write } = rig.store;
  const { outbox } = rig.store.forTenant('acme');
  const committed: Store['write'] = (job, onCommit, onVisible) =>
    write(
      job,
      (result) => {
        for (const conversation of outbox.unsettled()) {
          const row = outbox.next(conversation);
          if (row !== undefined) onRow(row);
        }
        onCommit?.(result);
      },
      onVisible,
    );
  Object.assign(rig.store, { write: committed });
}

/** Asked a first time, so that no greeting goes ahead. */
async function greetedRig(): Promise<Rig> {
  const rig = await makeRig();
  await rig.sms('Hello');
  await rig.clock.advance(2000);
  rig.tenant('acme').sent.length = 0;
  return rig;
}

const texts = (rig: Rig) => rig.tenant('acme').sent.map(({ text }) => text);

it('marks an answer as being sent with the commit of its turn, and nobody takes it for what a crash has left', async () => {
  await using rig = await greetedRig();
  const { sent } = rig.tenant('acme');
  rig.tenant('acme').sms = {
    send: async (message, abort) => {
      sent.push(message);
      await rig.clock.sleep(5000, abort);
      return { status: 'delivered', providerMessageId: `slow${sent.length}` };
    },
  };
  const states: string[] = [];
  watchCommits(rig, ({ state }) => {
    states.push(state);
    void rig.engine.recover(['acme'], signal);
  });
  await rig.sms('Once?');
  await rig.clock.advance(2000);
  await rig.clock.advance(120_000);
  expect(texts(rig)).toEqual(['Fine.']);
  expect(new Set(states)).toEqual(new Set(['sending']));
  const row = rig.store.forTenant('acme').outbox.byId(sent[0]?.id ?? '');
  expect(row).toMatchObject({ state: 'delivered', attempts: 1, resends: 0, reason: null });
});

it('leaves an answer waiting behind what nobody has taken up yet', async () => {
  await using rig = await greetedRig();
  const { store } = rig;
  const tenant = store.forTenant('acme');
  const [{ id: conversationId = '' } = {}] = await rig.engine.list('acme', {}, signal);
  const old = tenant.outbox.ofMessage(
    (await rig.engine.messages('acme', conversationId, {}, signal)).at(-1)?.id ?? '',
  )[0];
  // As another process retries a dead letter.
  if (old !== undefined)
    await store.write(() => tenant.outbox.change(old.id, { ...old, state: 'waiting', resends: 1 }));
  const states: string[] = [];
  watchCommits(rig, ({ id, state }) => states.push(`${id === old?.id ? 'old' : 'new'} ${state}`));
  await rig.sms('2?');
  await rig.clock.advance(2000);
  expect(rig.tenant('acme').sent.map(({ id }) => id === old?.id)).toEqual([true, false]);
  expect(states.slice(0, 2)).toEqual(['old waiting', 'old waiting']);
});

it('leaves an answer waiting behind what is tried again', async () => {
  await using rig = await greetedRig();
  rig.tenant('acme').sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 30_000 });
  const answers = ['One.', 'Two.'];
  rig.tenant('acme').models = [
    fakeModel(async function* () {
      yield { type: 'text', text: answers.shift() ?? '' };
      yield done;
    }),
  ];
  await rig.sms('1?');
  await rig.clock.advance(2000);
  await rig.sms('2?');
  await rig.clock.advance(2000);
  expect(texts(rig)).toEqual(['One.']);
  await rig.clock.advance(120_000);
  expect(texts(rig)).toEqual(['One.', 'One.', 'Two.']);
});

it.each(['replaced', 'gone for a while'] as const)(
  'sends an answer once where the bot is %s when it is ready',
  async (how) => {
    await using rig = await greetedRig();
    const tenant = rig.tenant('acme');
    tenant.models = [
      fakeModel(async function* () {
        if (how === 'replaced') {
          tenant.bot = makeBot('acme', { revision: 'r2' });
          tenant.sms = { capabilities: { text: { maxLength: 12, format: 'plain' } } };
        } else tenant.unavailable = new Error('no channel');
        yield { type: 'text', text: 'Late, but here.' };
        yield done;
      }),
    ];
    await rig.sms('Now?');
    await rig.clock.advance(2000);
    expect(texts(rig)).toEqual(how === 'replaced' ? ['Late, but', 'here.'] : []);
    tenant.unavailable = undefined;
    await rig.clock.advance(120_000);
    expect(texts(rig).join(' ')).toBe('Late, but here.');
    const row = rig.store.forTenant('acme').outbox.byId(tenant.sent[0]?.id ?? '');
    expect(row).toMatchObject({ state: 'delivered', attempts: 1, resends: 0 });
    expect(tenant.leases).toBe(0);
  },
);

it('tells of what was said as it is stored, and of nobody who was erased while it was on its way', async () => {
  await using rig = await greetedRig();
  const { personalData, people } = rig.store.forTenant('acme');
  const told = () => rig.events.flatMap((event) => (event.type === 'channel.message.sent' ? [event.message] : []));
  const before = told().length;
  let isErased = false;
  rig.tenant('acme').sms = {
    send: async () => {
      if (isErased) await rig.store.write(() => personalData.erase(people.list({ limit: 1 })[0]?.id ?? ''));
      return { status: 'delivered', providerMessageId: `sent ${isErased}` };
    },
  };
  await rig.sms('Once?');
  await rig.clock.advance(2000);
  const [{ id: conversationId = '' } = {}] = await rig.engine.list('acme', {}, signal);
  const stored = (await rig.engine.messages('acme', conversationId, {}, signal)).at(-1);
  const [answer] = told().slice(before);
  expect(answer?.text).toBe('Fine.');
  expect(stored).toMatchObject(answer ?? {});
  isErased = true;
  await rig.sms('And again?');
  await rig.clock.advance(2000);
  expect(told()).toHaveLength(before + 1);
});

it('sends at once what came to wait behind an answer while that was being sent', async () => {
  await using rig = await greetedRig();
  const { sent } = rig.tenant('acme');
  rig.tenant('acme').sms = {
    send: async (message, abort) => {
      sent.push(message);
      await rig.clock.sleep(3000, abort);
      return { status: 'delivered', providerMessageId: `slow${sent.length}` };
    },
  };
  const answers = ['One.', 'Two.'];
  rig.tenant('acme').models = [
    fakeModel(async function* () {
      yield { type: 'text', text: answers.shift() ?? '' };
      yield done;
    }),
  ];
  await rig.sms('1?');
  await rig.clock.advance(2000);
  expect(texts(rig)).toEqual(['One.']);
  await rig.sms('2?');
  await rig.clock.advance(1500);
  const [{ id = '' } = {}] = await rig.engine.list('acme', {}, signal);
  await rig.engine.say('acme', id, { text: 'A human.' }, signal);
  // Whatever nobody tells of is found within ten seconds.
  await rig.clock.advance(7000);
  expect(texts(rig)).toEqual(['One.', 'Two.', 'A human.']);
});
