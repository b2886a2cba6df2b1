import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ModelRequest } from '../../../core/contract/index.ts';
import { seededRandom } from '../../kit/index.ts';
import { done, fakeModel, makeBot, makeRig, saying, settled, signal } from './rig.ts';

/** A model that answers only when told to, and remembers what it was asked. */
function patientModel() {
  const asked: ModelRequest[] = [];
  const waiting: (() => void)[] = [];
  const model = fakeModel(async function* (request, abort) {
    asked.push(request);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push(resolve);
    abort.addEventListener('abort', () => reject(abort.reason), { once: true });
    await promise;
    yield { type: 'text', text: `To: ${request.messages.at(-1)?.role === 'contact' ? lastText(request) : ''}` };
    yield done;
  });
  return { model, asked, answer: () => waiting.shift()?.() };
}

function lastText(request: ModelRequest): string {
  const last = request.messages.at(-1);
  return last?.role === 'contact' ? last.text : '';
}

it('runs one turn at a time in a conversation, in the order of its messages', async () => {
  await using rig = await makeRig();
  const { model, asked, answer } = patientModel();
  const tenant = rig.tenant('acme');
  tenant.models = [model];
  tenant.bot = makeBot('acme', { session: { ...tenant.bot.session, coalesceMs: 0 } });
  const session = await rig.session();
  for (const text of ['first question', 'second question', 'third question']) await session.deliver(text, text);
  await settled();
  expect(asked.map(lastText)).toEqual(['first question']);
  expect(rig.engine.activeTurns('acme')).toBe(3);
  answer();
  await settled();
  expect(asked.map(lastText)).toEqual(['first question', 'second question']);
  expect(asked[1]?.messages.map((message) => ('text' in message ? message.text : ''))).toEqual([
    'first question',
    'To: first question',
    'second question',
  ]);
  answer();
  await settled();
  answer();
  await settled();
  const messages = await rig.engine.messages('acme', await session.conversation(), {}, signal);
  expect(messages.filter(({ role }) => role === 'bot').map(({ text }) => text)).toEqual([
    'To: first question',
    'To: second question',
    'To: third question',
  ]);
  expect(rig.engine.activeTurns('acme')).toBe(0);
});

it('runs the turns of other conversations meanwhile', async () => {
  await using rig = await makeRig();
  const { model, asked } = patientModel();
  rig.tenant('acme').models = [model];
  const [one, two] = [await rig.session(), await rig.session()];
  await one.deliver('a', 'from one side');
  await two.deliver('a', 'from the other');
  await settled();
  expect(asked.map(lastText).toSorted()).toEqual(['from one side', 'from the other']);
});

it('takes a message with the same id once, and says which turn it was', async () => {
  await using rig = await makeRig();
  const session = await rig.session();
  const [first] = await session.deliver('same', 'Hello there');
  const [second] = await session.deliver('same', 'Hello there');
  const [third, fourth] = await Promise.all([session.deliver('both', 'Once'), session.deliver('both', 'Once')]);
  expect(first?.status).toBe('stored');
  expect(second).toEqual({ ...first, status: 'duplicate' });
  expect([third[0]?.status, fourth[0]?.status]).toEqual(['stored', 'duplicate']);
});

it('does not mix up the same message id in two sessions', async () => {
  await using rig = await makeRig();
  const receipts = [await (await rig.session()).deliver('1', 'Hi'), await (await rig.session()).deliver('1', 'Hi')];
  expect(receipts.map(([receipt]) => receipt?.status)).toEqual(['stored', 'stored']);
});

it('makes one turn of a burst on a channel that sends, after a moment of silence', async () => {
  await using rig = await makeRig();
  const { model, asked, answer } = patientModel();
  rig.tenant('acme').models = [model];
  await rig.sms('I have');
  await rig.clock.advance(500);
  await rig.sms('a question');
  await rig.clock.advance(500);
  expect(asked).toEqual([]);
  await rig.clock.advance(400);
  expect(asked).toHaveLength(1);
  expect(asked[0]?.messages.map((message) => ('text' in message ? message.text : ''))).toEqual([
    'I have',
    'a question',
  ]);
  answer();
  await settled();
  expect(rig.tenant('acme').sent.map(({ text }) => text)).toEqual(['Hello, I am an AI assistant.', 'To: a question']);
});

it('does not delay the first message of a streaming channel, and joins those that wait behind it', async () => {
  await using rig = await makeRig();
  const { model, asked, answer } = patientModel();
  rig.tenant('acme').models = [model];
  const session = await rig.session();
  await session.deliver('1', 'first');
  await settled();
  expect(asked).toHaveLength(1);
  const [[two], [three]] = [await session.deliver('2', 'second'), await session.deliver('3', 'third')];
  expect(two?.status === 'stored' && three?.status === 'stored' && two.turnId === three.turnId).toBe(true);
  answer();
  await settled();
  expect(asked).toHaveLength(2);
  expect(asked[1]?.messages.slice(-2).map((message) => ('text' in message ? message.text : ''))).toEqual([
    'second',
    'third',
  ]);
});

it('gives up the running turn for a later message where the bot restarts', async () => {
  await using rig = await makeRig();
  const { model, asked, answer } = patientModel();
  const tenant = rig.tenant('acme');
  tenant.models = [model];
  tenant.bot = makeBot('acme', { session: { ...tenant.bot.session, overlap: 'restart' } });
  const session = await rig.session();
  const [first] = await session.deliver('1', 'What does it cost');
  await settled();
  const conversations = rig.engine.conversationsOf('acme', 'web');
  if (first?.status !== 'stored') throw new Error('not stored');
  const superseded = conversations.reply(first.turnId, signal);
  await session.deliver('2', 'for two people?');
  await settled();
  expect(await superseded).toEqual({ status: 'silent' });
  answer();
  answer();
  await settled();
  expect(asked).toHaveLength(2);
  const history = await conversations.history(session.id, {}, signal);
  expect(history.map(({ role, text }) => `${role}: ${text}`)).toEqual([
    'contact: What does it cost',
    'contact: for two people?',
    'bot: To: for two people?',
  ]);
  const [again] = await session.deliver('1', 'What does it cost');
  expect(again?.status === 'duplicate' && again.turnId !== first.turnId).toBe(true);
  expect(rig.store.forTenant('acme').inbox.allOpen()).toEqual([]);
});

it('takes up after a crash what was received and not answered, and repeats nothing that was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  const path = join(folder, 'store.db');
  try {
    const before = await makeRig({ path });
    const hanging = patientModel();
    const answered = await before.session();
    await answered.ask('Answered before the crash?');
    before.tenant('acme').models = [hanging.model];
    const cut = await before.session();
    const [receipt] = await cut.deliver('1', 'Lost in the crash?');
    await settled();
    expect(hanging.asked).toHaveLength(1);
    // The process is gone: nothing of it is asked to end in order.
    await using after = await makeRig({ path, random: seededRandom(2) });
    const asked: string[] = [];
    after.tenant('acme').models = [
      fakeModel((request) => {
        asked.push(lastText(request));
        return saying('Here I am again.')(request, signal);
      }),
    ];
    await after.engine.recover(['acme'], signal);
    await settled();
    expect(asked).toEqual(['Lost in the crash?']);
    const history = await after.engine.conversationsOf('acme', 'web').history(cut.id, {}, signal);
    expect(history.map(({ text }) => text)).toEqual(['Lost in the crash?', 'Here I am again.']);
    if (receipt?.status !== 'stored') throw new Error('not stored');
    expect(await after.engine.conversationsOf('acme', 'web').reply(receipt.turnId, signal)).toMatchObject({
      status: 'completed',
    });
    await before[Symbol.asyncDispose]();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('drops no message while it stops: what is cut off is taken up by the next process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  const path = join(folder, 'store.db');
  try {
    const before = await makeRig({ path });
    const hanging = patientModel();
    before.tenant('acme').models = [hanging.model];
    const session = await before.session();
    await session.deliver('1', 'Cut off');
    await settled();
    await before.engine.drain(AbortSignal.abort());
    await expect(session.deliver('2', 'Too late')).rejects.toMatchObject({ code: 'TEN2104' });
    await before.store[Symbol.asyncDispose]();
    await using after = await makeRig({ path, random: seededRandom(2) });
    await after.engine.recover(['acme'], signal);
    await settled();
    const history = await after.engine.conversationsOf('acme', 'web').history(session.id, {}, signal);
    expect(history.map(({ text }) => text)).toEqual(['Cut off', 'Fine.']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('serves waiting tenants in turn, however long the queue of one is', async () => {
  await using rig = await makeRig({ maxRunningTurns: 1 });
  const order: string[] = [];
  const noting = (tenantId: string) =>
    fakeModel((request) => {
      order.push(tenantId);
      return saying('Yes.')(request, signal);
    });
  for (const tenantId of ['loud', 'quiet']) rig.tenant(tenantId).models = [noting(tenantId)];
  const sessions = await Promise.all(Array.from({ length: 6 }, () => rig.session('loud')));
  const quiet = await rig.session('quiet');
  await Promise.all([...sessions.map((session) => session.deliver('1', 'Hello')), quiet.deliver('1', 'Hello')]);
  await settled();
  await settled();
  expect(order).toHaveLength(7);
  expect(order.indexOf('quiet')).toBeLessThan(3);
});

it('answers each of 1,000 turns by exactly one revision while the bot is swapped', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  const revise = (revision: string): void => {
    tenant.bot = makeBot('acme', { revision });
    tenant.models = [fakeModel(saying(`by `, revision))];
  };
  revise('r0');
  const sessions = await Promise.all(Array.from({ length: 50 }, () => rig.session()));
  let swaps = 0;
  for (let round = 0; round < 20; round += 1) {
    const asking = Promise.all(sessions.map((session) => session.ask('Which revision are you?')));
    for (let swap = 0; swap < 3; swap += 1) {
      swaps += 1;
      revise(`r${swaps}`);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await asking;
  }
  const turns = rig.events.flatMap((event) => (event.type === 'turn.completed' ? [event.turn] : []));
  expect(new Set(turns).size).toBe(1000);
  for (const turn of turns) {
    const row = rig.store.forTenant('acme').turns.byId(turn);
    const reply = rig.store.forTenant('acme').messages.byId(row?.replyId ?? '');
    expect(reply?.text).toBe(`by ${row?.revision}`);
  }
  expect(tenant.leases).toBe(0);
});
