import { expect, it } from 'vitest';
import { type BotEventType, PolyphonError } from '../../../core/contract/index.ts';
import { done, fakeModel, makeBot, makeRig, type Rig, signal } from './rig.ts';
import { makeToldRig, secret } from './told-rig.ts';

const notServing = new PolyphonError('TEN2102', 'The bot does not serve.');
const toldOf = (type: BotEventType) => ({ events: [{ url: 'https://hooks.example/in', secret, types: [type] }] });
const texts = (rig: Rig) => rig.tenant('acme').sent.map(({ text }) => text);

/** The store writes nothing until it is told to go on. */
function refuseWrites({ store }: Rig): () => void {
  const write = store.write.bind(store);
  store.write = () => Promise.reject(new PolyphonError('STO7002', 'The disk is full.'));
  return () => {
    store.write = write;
  };
}

/** Says back what was said last; `asked` counts how often it had to. */
function withEcho(rig: Rig): { asked: number } {
  const count = { asked: 0 };
  const echo = fakeModel(async function* ({ messages }) {
    count.asked += 1;
    const last = messages.at(-1);
    yield { type: 'text', text: `You said ${last?.role === 'contact' ? last.text : 'nothing'}` };
    yield done;
  });
  rig.tenant('acme').models = [echo];
  rig.tenant('acme').bot = makeBot('acme', {
    prompts: { ...rig.tenant('acme').bot.prompts, greeting: { en: '' } },
    guardrails: { disclosure: 'never', refuse: [], pii: { redactLogs: [] } },
  });
  return count;
}

it('answers in order what was taken before the bot went away, however long that is, without a restart', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  withEcho(rig);
  await rig.sms('One');
  tenant.unavailable = notServing;
  await rig.clock.advance(3_600_000);
  tenant.unavailable = undefined;
  await rig.sms('Two');
  await rig.clock.advance(60_000);
  expect(texts(rig)).toEqual(['You said One', 'You said Two']);
  expect(rig.store.forTenant('acme').inbox.allOpen()).toEqual([]);
});

it('answers at once when the bot serves again, without the pause between its tries', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  withEcho(rig);
  await rig.sms('One');
  await rig.sms('Two', { conversation: 'other' });
  tenant.unavailable = notServing;
  await rig.clock.advance(3_600_000);
  tenant.unavailable = undefined;
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(100);
  expect(texts(rig)).toEqual(['You said One', 'You said Two']);
});

it('sends at once what waits for its channel when the bot serves again', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  withEcho(rig);
  // The first is refused by the platform.
  tenant.sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 60_000 });
  await rig.sms('One');
  await rig.clock.advance(5000);
  tenant.unavailable = notServing;
  await rig.clock.advance(3_600_000);
  expect(texts(rig)).toEqual(['You said One']);
  tenant.unavailable = undefined;
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(100);
  expect(texts(rig)).toEqual(['You said One', 'You said One']);
});

it('answers what was taken before the folder of the bot was replaced, and sends what waited: gone for a moment is not gone', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  withEcho(rig);
  tenant.sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 20_000 });
  await rig.sms('One');
  await rig.clock.advance(5000);
  await rig.sms('Two', { conversation: 'other' });
  tenant.unavailable = new PolyphonError('TEN2101', 'There is no bot.');
  await rig.clock.advance(300_000);
  tenant.unavailable = undefined;
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(3000);
  expect(texts(rig).slice(1).toSorted()).toEqual(['You said One', 'You said Two']);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
});

it('answers in order also where some of what waited was given up before the bot came back', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  const asked: (string | undefined)[] = [];
  tenant.models = [
    fakeModel(async function* (request) {
      const last = request.messages.at(-1);
      asked.push(last?.role === 'contact' ? last.text : undefined);
      await rig.clock.sleep(1000);
      yield { type: 'text', text: 'Fine.' };
      yield done;
    }),
  ];
  tenant.bot = makeBot('acme', { session: { ...tenant.bot.session, coalesceMs: 0 } });
  for (const text of ['One', 'Two', 'Three']) await rig.sms(text);
  tenant.unavailable = new PolyphonError('TEN2101', 'There is no bot.');
  // The second was given up, and the third is being tried.
  await rig.clock.advance(5500);
  tenant.unavailable = undefined;
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(60_000);
  expect(asked).toEqual(['One', 'Two', 'Three']);
});

it('keeps an answer that the store does not take, and asks the model no second time', async () => {
  await using rig = await makeRig();
  const model = withEcho(rig);
  await rig.sms('One');
  const goOn = refuseWrites(rig);
  await rig.clock.advance(600_000);
  expect(texts(rig)).toEqual([]);
  goOn();
  await rig.clock.advance(60_000);
  expect([texts(rig), model.asked]).toEqual([['You said One'], 1]);
});

it('does not wait for the store when the process stops, and answers at the next start', async () => {
  await using rig = await makeRig();
  const model = withEcho(rig);
  await rig.sms('One');
  const goOn = refuseWrites(rig);
  await rig.sms('Two').catch(() => {});
  await rig.clock.advance(60_000);
  let isOver = false;
  const stop = rig.engine.drain(signal).then(() => {
    isOver = true;
  });
  await rig.clock.advance(1);
  expect(isOver).toBe(true);
  await stop;
  goOn();
  expect([rig.store.forTenant('acme').inbox.allOpen().length, model.asked]).toEqual([1, 1]);
});

it('takes down before a stop what a platform took while the store refused', async () => {
  await using rig = await makeRig();
  withEcho(rig);
  let goOn = (): void => {};
  rig.tenant('acme').sms = {
    send: async () => {
      goOn = refuseWrites(rig);
      return { status: 'delivered', providerMessageId: 'p1' };
    },
  };
  await rig.sms('One');
  // It is looked after again every ten seconds.
  await rig.clock.advance(9500);
  const { outbox } = rig.store.forTenant('acme');
  const states = () => outbox.unsettled().flatMap((id) => outbox.unsettledOf(id).map(({ state }) => state));
  expect(states()).toEqual(['sending']);
  goOn();
  await rig.engine.drain(signal);
  expect(states()).toEqual([]);
});

it('tells who waits for an answer that the store does not take, before and after, that it failed for now', async () => {
  await using rig = await makeRig();
  withEcho(rig);
  const session = await rig.session();
  const conversations = rig.engine.conversationsOf('acme', 'web');
  const [receipt] = await session.deliver('m1', 'One');
  if (receipt?.status !== 'stored') throw new Error('not stored');
  const early = conversations.reply(receipt.turnId, signal);
  const goOn = refuseWrites(rig);
  await rig.clock.advance(30_000);
  expect(await early).toEqual({ status: 'failed' });
  expect(await conversations.reply(receipt.turnId, signal)).toEqual({ status: 'failed' });
  goOn();
  await rig.clock.advance(60_000);
  expect(await conversations.reply(receipt.turnId, signal)).toMatchObject({ status: 'completed' });
});

it('says nothing more in a turn that a later message took over, whenever the store takes that', async () => {
  await using rig = await makeRig();
  const model = withEcho(rig);
  const { bot } = rig.tenant('acme');
  rig.tenant('acme').bot = { ...bot, session: { ...bot.session, coalesceMs: 0, overlap: 'restart' } };
  rig.tenant('acme').models = [
    fakeModel(async function* ({ messages }) {
      model.asked += 1;
      await rig.clock.sleep(3000);
      yield { type: 'text', text: messages.flatMap((one) => (one.role === 'contact' ? [one.text] : [])).join(' and ') };
      yield done;
    }),
  ];
  await rig.sms('One');
  await rig.clock.advance(1000);
  await rig.sms('Two');
  const goOn = refuseWrites(rig);
  await rig.clock.advance(60_000);
  goOn();
  await rig.clock.advance(120_000);
  expect([texts(rig), model.asked]).toEqual([['One and Two'], 2]);
});

it('judges a request for a human again when the store takes it', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').bot = makeBot('acme', {
    handoff: { inbox: 'desk', notify: [], timeoutMs: 300_000, onTimeout: 'return' },
  });
  await rig.engine.recover(['acme'], signal);
  await rig.sms('I want to talk to a human');
  await rig.clock.advance(60_000);
  const before = texts(rig).length;
  const goOn = refuseWrites(rig);
  await rig.clock.advance(600_000);
  goOn();
  await rig.clock.advance(300_000);
  expect(texts(rig).slice(before)).toEqual(['Nobody is free at the moment. I will go on helping you.']);
});

it('tells an address once what the store then does not take down', async () => {
  await using rig = await makeToldRig(toldOf('channel.message.received'));
  const { receiver } = rig;
  let goOn = (): void => {};
  const post = receiver.http.fetch.bind(receiver.http);
  receiver.http.fetch = async (...request) => {
    const answer = await post(...request);
    goOn = refuseWrites(rig);
    return answer;
  };
  await rig.sms('One');
  await rig.clock.advance(600_000);
  goOn();
  await rig.clock.advance(600_000);
  expect(receiver.taken).toHaveLength(1);
  expect(rig.store.forTenant('acme').eventQueue.waiting()).toEqual([]);
});

it('goes on looking for what waits when the store could not say it once', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sendResults.push({ status: 'rejected', reason: 'blocked' }, { status: 'rejected', reason: 'blocked' });
  await rig.engine.recover(['acme'], signal);
  await rig.sms('One');
  await rig.clock.advance(2000);
  const { unsent } = rig.store;
  rig.store.unsent = () => {
    throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
  };
  await rig.clock.advance(30_000);
  rig.store.unsent = unsent;
  const [letter] = await rig.engine.deadLetters('acme', {}, signal);
  const { outbox } = rig.store.forTenant('acme');
  const row = outbox.byId(letter?.id ?? '');
  if (row === undefined) throw new Error('no dead letter');
  const before = tenant.sent.length;
  // As a command line does it.
  await rig.store.write(() => outbox.change(row.id, { ...row, state: 'waiting', reason: null, dueAt: 0 }));
  await rig.clock.advance(30_000);
  expect(tenant.sent.slice(before).map(({ id }) => id)).toEqual([row.id]);
});

it('drops no event for those that the store has refused, however many they were', async () => {
  const endless = { count: 1e6, perMs: 1 };
  await using rig = await makeToldRig({
    ...toldOf('channel.message.received'),
    limits: { ...makeBot('acme').limits, perContact: endless, perTenant: endless },
  });
  const { receiver } = rig;
  // What waits for its next try keeps the count.
  receiver.moods.push(503);
  await rig.sms('One');
  await rig.clock.advance(1);
  const write = rig.store.write.bind(rig.store);
  rig.store.write = (job) =>
    write(() => {
      job();
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    });
  for (let tried = 0; tried < 201; tried += 1) {
    await Promise.allSettled(Array.from({ length: 100 }, () => rig.sms('Two')));
  }
  rig.store.write = write;
  await rig.sms('Three');
  await rig.clock.advance(600_000);
  expect(receiver.taken.map(({ data }) => (data['message'] as { text: string }).text)).toEqual(['One', 'Three']);
});

it('tells of what a platform has taken when the bot serves again, whose addresses nobody knew before', async () => {
  await using rig = await makeToldRig(toldOf('channel.message.sent'));
  const { receiver } = rig;
  await rig.sms('One');
  await rig.clock.advance(5000);
  const { outbox } = rig.store.forTenant('acme');
  const row = outbox.byId(rig.tenant('acme').sent.at(-1)?.id ?? '');
  if (row === undefined) throw new Error('no row');
  const before = receiver.taken.length;
  // As a status leaves it that came before the process ended, which had not settled it.
  await rig.store.write(() => outbox.change(row.id, { ...row, state: 'sending' }));
  rig.away = notServing;
  await rig.clock.advance(60_000);
  expect(outbox.byId(row.id)?.state).toBe('sending');
  rig.away = undefined;
  await rig.clock.advance(60_000);
  expect([outbox.byId(row.id)?.state, receiver.taken.length]).toEqual(['delivered', before + 1]);
});
