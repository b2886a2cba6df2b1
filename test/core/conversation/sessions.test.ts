import { expect, it } from 'vitest';
import type { StreamEvent } from '../../../core/contract/index.ts';
import { done, fakeModel, makeBot, makeRig, saying, settled, signal } from './rig.ts';

it('knows a session by its token and nothing else', async () => {
  await using rig = await makeRig();
  const session = await rig.session();
  const other = await rig.session();
  const web = rig.engine.conversationsOf('acme', 'web');
  expect(await web.authorize(session.id, session.token, signal)).toMatchObject({
    id: session.id,
    state: 'active',
    owner: 'bot',
  });
  expect(await web.authorize(session.id, other.token, signal)).toBeUndefined();
  expect(await web.authorize(session.id, '', signal)).toBeUndefined();
  expect(await web.authorize('ses_none', '', signal)).toBeUndefined();
  expect(await rig.engine.conversationsOf('acme', 'sms').authorize(session.id, session.token, signal)).toBeUndefined();
  expect(await rig.engine.conversationsOf('other', 'web').authorize(session.id, session.token, signal)).toBeUndefined();
});

it('does not store the token', async () => {
  await using rig = await makeRig();
  const session = await rig.session();
  const row = rig.store.forTenant('acme').sessions.byId(session.id);
  expect(row?.tokenHash).toHaveLength(32);
  expect(JSON.stringify(row)).not.toContain(session.token);
});

it('refuses messages while paused and after closing, and takes them again when resumed', async () => {
  await using rig = await makeRig();
  const session = await rig.session();
  const web = rig.engine.conversationsOf('acme', 'web');
  const statusOf = async (id: string) => (await session.deliver(id, 'Hello there'))[0];
  await web.setState(session.id, 'paused', signal);
  expect(await statusOf('1')).toEqual({ status: 'refused', reason: 'paused' });
  await web.setState(session.id, 'active', signal);
  expect(await statusOf('2')).toMatchObject({ status: 'stored' });
  expect(await web.setState(session.id, 'closed', signal)).toMatchObject({ state: 'closed' });
  expect(await statusOf('3')).toEqual({ status: 'refused', reason: 'closed' });
  expect(await statusOf('2')).toMatchObject({ status: 'duplicate' });
  await expect(web.setState(session.id, 'active', signal)).rejects.toMatchObject({ code: 'CNV5003', status: 409 });
  await expect(web.setState('ses_none', 'paused', signal)).rejects.toMatchObject({ code: 'CNV5002', status: 404 });
  expect(rig.events.map(({ type }) => type).filter((type) => type.startsWith('channel.session'))).toEqual([
    'channel.session.created',
    'channel.session.paused',
    'channel.session.resumed',
    'channel.session.closed',
  ]);
});

it('knows no session on a channel whose sessions are created, and makes one where the platform has them', async () => {
  await using rig = await makeRig();
  const [receipt] = await rig.engine.deliverer(
    'acme',
    'web',
  )([{ id: '1', text: 'Hi', conversation: 'ses_none', contact: { id: 'x' } }]);
  expect(receipt).toEqual({ status: 'refused', reason: 'not-found' });
  await rig.sms('Hello there');
  expect(rig.events[0]).toMatchObject({ type: 'channel.session.created', channel: 'sms' });
});

it('closes a session that was idle for too long, and opens the next one where the platform has no sessions', async () => {
  await using rig = await makeRig();
  const session = await rig.session();
  await rig.sms('First of all');
  await rig.clock.advance(1_802_000);
  expect(await session.deliver('1', 'Too late')).toEqual([{ status: 'refused', reason: 'closed' }]);
  expect(await rig.engine.conversationsOf('acme', 'web').authorize(session.id, session.token, signal)).toMatchObject({
    state: 'closed',
  });
  await rig.sms('A day later');
  await rig.clock.advance(1000);
  const views = (await rig.engine.list('acme', {}, signal)).filter(({ channel }) => channel === 'sms');
  expect(views).toHaveLength(1);
  expect(rig.events.filter(({ type }) => type === 'channel.session.created')).toHaveLength(3);
  expect(rig.tenant('acme').sent.map(({ text }) => text)).toEqual([
    'Hello, I am an AI assistant.',
    'Fine.',
    'Hello, I am an AI assistant.',
    'Fine.',
  ]);
});

it('refuses what comes faster than the limits, says when to come back, and counts no duplicate', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.bot = makeBot('acme', { limits: { ...tenant.bot.limits, perContact: { count: 2, perMs: 60_000 } } });
  const session = await rig.session();
  await session.deliver('1', 'one');
  await session.deliver('1', 'one');
  await session.deliver('2', 'two');
  expect(await session.deliver('3', 'three')).toEqual([
    { status: 'refused', reason: 'rate-limited', retryAfterMs: 30_000 },
  ]);
  expect((await (await rig.session()).deliver('1', 'somebody else'))[0]?.status).toBe('stored');
  await rig.clock.advance(30_000);
  expect((await session.deliver('3', 'three'))[0]?.status).toBe('stored');
});

it('says once in its words that a session has had its turns and ends it, on a channel of sessions', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.bot = makeBot('acme', { limits: { ...tenant.bot.limits, maxTurns: 2 } });
  const session = await rig.session();
  await session.ask('one');
  await session.ask('two');
  const web = rig.engine.conversationsOf('acme', 'web');
  const { seen } = collect(web.events(session.id, 'now', signal));
  expect((await session.ask('three, and what does it cost?')).text).toMatch(/^This conversation has become very long/);
  await settled();
  expect(seen.map(({ type }) => type).slice(-2)).toEqual(['reply.completed', 'session.changed']);
  expect(rig.events.filter(({ type }) => type === 'channel.session.closed')).toHaveLength(1);
  expect(await session.deliver('4', 'four')).toEqual([{ status: 'refused', reason: 'closed' }]);
});

it('begins a new session with the next message of who was told that the last one is over', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.bot = makeBot('acme', { limits: { ...tenant.bot.limits, maxTurns: 3 } });
  for (const text of ['one', 'two', 'three', 'four', 'five', 'six']) {
    expect((await rig.sms(text))?.status).toBe('stored');
    await rig.clock.advance(5000);
  }
  const texts = tenant.sent.map(({ text }) => text).filter((text) => !text.startsWith('Hello'));
  expect(texts).toEqual(['Fine.', 'Fine.', 'Fine.', expect.stringMatching(/ends here/), 'Fine.', 'Fine.']);
  const [view] = await rig.engine.list('acme', {}, signal);
  const kept = await rig.engine.messages('acme', view?.id ?? '', {}, signal);
  expect(kept.filter(({ role }) => role === 'contact').map(({ text }) => text)).toEqual([
    'one',
    'two',
    'three',
    'four',
    'five',
    'six',
  ]);
});

it('says it once to who has written more meanwhile, and hands over where a human was asked for', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.bot = makeBot('acme', {
    limits: { ...tenant.bot.limits, maxTurns: 1 },
    session: { ...tenant.bot.session, coalesceMs: 0 },
  });
  await Promise.all(['one', 'two', 'three', 'four'].map((text) => rig.sms(text)));
  await rig.clock.advance(5000);
  expect(tenant.sent.filter(({ text }) => text.includes('ends here'))).toHaveLength(1);
  expect(rig.store.forTenant('acme').inbox.allOpen()).toEqual([]);
  tenant.bot = { ...tenant.bot, handoff: { inbox: 'desk', notify: [], timeoutMs: 60_000, onTimeout: 'return' } };
  await rig.sms('five');
  await rig.clock.advance(5000);
  await rig.sms('I want to speak to a human');
  await rig.clock.advance(5000);
  expect(rig.events.filter(({ type }) => type === 'handoff.requested')).toHaveLength(1);
});

it('replays events after an id and goes on live, without a gap and without repeating one', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').models = [fakeModel(saying('One ', 'two.'))];
  const session = await rig.session();
  const web = rig.engine.conversationsOf('acme', 'web');
  const early = collect(web.events(session.id, 'now', signal));
  await session.ask('Count, please');
  await settled();
  expect(early.seen.map(({ type }) => type)).toEqual([
    'message.received',
    'reply.started',
    'reply.delta',
    'reply.delta',
    'reply.completed',
  ]);
  const middle = early.seen[2]?.id ?? 0;
  const late = collect(web.events(session.id, middle, signal));
  await session.ask('And again');
  await settled();
  expect(late.seen).toEqual(early.seen.slice(3));
  expect(early.seen.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, index) => index + 1));
  await early.stop();
  await late.stop();
});

it('follows from the call on, so that a channel can subscribe before it knows that a message was stored', async () => {
  await using rig = await makeRig();
  const session = await rig.session();
  const events = rig.engine.conversationsOf('acme', 'web').events(session.id, 'now', signal);
  await session.ask('Hello there');
  const first = await events[Symbol.asyncIterator]().next();
  expect(first.value).toMatchObject({ type: 'message.received', id: 1 });
});

it('ends when the reader goes, and holds nothing for it', async () => {
  await using rig = await makeRig();
  const session = await rig.session();
  const leaving = new AbortController();
  const events = rig.engine.conversationsOf('acme', 'web').events(session.id, 0, leaving.signal);
  const waiting = events[Symbol.asyncIterator]().next();
  leaving.abort();
  expect(await waiting).toMatchObject({ done: true });
});

it('gives increasing ids after the stream has left the memory, and replays what is stored', async () => {
  await using rig = await makeRig();
  const session = await rig.session();
  await session.ask('one thing');
  await session.ask('two things');
  const reading = collect(rig.engine.conversationsOf('acme', 'web').events(session.id, 0, signal));
  await settled();
  expect(reading.seen.map(({ type }) => type)).toEqual([
    'message.received',
    'reply.completed',
    'message.received',
    'reply.completed',
  ]);
  const ids = reading.seen.map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  await reading.stop();
});

it('keeps two tenants with the same ids apart, in messages, events and limits', async () => {
  await using rig = await makeRig();
  for (const tenantId of ['north', 'south']) {
    rig.tenant(tenantId).models = [
      fakeModel(async function* (request) {
        const heard = request.messages.map((message) => ('text' in message ? message.text : '')).join(' | ');
        yield { type: 'text', text: `${tenantId} heard: ${heard}` };
        yield done;
      }),
    ];
  }
  await rig.sms('canary-north', { id: 'same', conversation: 'same', contact: { id: 'same' } }, 'north');
  await rig.sms('canary-south', { id: 'same', conversation: 'same', contact: { id: 'same' } }, 'south');
  await rig.clock.advance(1000);
  expect(rig.tenant('north').sent.at(-1)?.text).toBe('north heard: canary-north');
  expect(rig.tenant('south').sent.at(-1)?.text).toBe('south heard: canary-south');
  const [view] = await rig.engine.list('north', {}, signal);
  await expect(rig.engine.messages('south', view?.id ?? '', {}, signal)).rejects.toMatchObject({ code: 'CNV5001' });
});

function collect(events: AsyncIterable<StreamEvent>): { readonly seen: StreamEvent[]; stop(): Promise<unknown> } {
  const seen: StreamEvent[] = [];
  const iterator = events[Symbol.asyncIterator]();
  void (async () => {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) seen.push(next.value);
  })();
  return { seen, stop: async () => iterator.return?.() };
}
