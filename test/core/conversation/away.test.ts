import { expect, it } from 'vitest';
import { PolyphonError } from '../../../core/contract/index.ts';
import { createFakeWebhookReceiver, FakeClock } from '../../kit/index.ts';
import { done, fakeModel, makeBot, makeRig, type Rig, signal } from './rig.ts';

const notServing = new PolyphonError('TEN2102', 'The bot does not serve.');
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
  withEcho(rig);
  await rig.sms('One');
  const goOn = refuseWrites(rig);
  await rig.clock.advance(60_000);
  await rig.engine.drain(AbortSignal.abort());
  goOn();
  expect(rig.store.forTenant('acme').inbox.allOpen()).toHaveLength(1);
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
  await rig.clock.advance(60_000);
  expect(texts(rig).slice(before)).toEqual(['Nobody is free at the moment. I will go on helping you.']);
});

it('tells an address once what the store then does not take down', async () => {
  const clock = new FakeClock();
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const receiver = createFakeWebhookReceiver({ secret, now: () => clock.now() });
  await using rig = await makeRig({ clock, http: receiver.http });
  rig.tenant('acme').bot = makeBot('acme', {
    events: [{ url: 'https://hooks.example/in', secret, types: ['channel.message.received'] }],
  });
  await rig.engine.recover(['acme'], signal);
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
