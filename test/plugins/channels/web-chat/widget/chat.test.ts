import { describe, expect, it } from 'vitest';
import { type Api, ApiError } from '../../../../../plugins/channels/web-chat/widget/panel/api.ts';
import { openShelf } from '../../../../../plugins/channels/web-chat/widget/panel/saved-session.ts';
import { type Message, plainMessage } from '../../../../../plugins/channels/web-chat/widget/panel/wire.ts';
import { address, createServer, memoryStorage, open, settled } from './open-chat.ts';

describe('a chat', () => {
  it('tells a website that the bot is not for it, also where it was allowed before, and not that the network failed', async () => {
    const made = createServer();
    const refused = { ...made, api: { ...made.api, presentation: () => Promise.reject(new ApiError('website')) } };
    const storage = memoryStorage();
    openShelf(address, storage).write({ session: 's1', token: 't', expiresAt: '', resumeFrom: 0, unsent: [] });
    made.refusals.push('network');
    const { chat, wrongWebsites } = open(refused, storage);
    await chat.start();
    expect([chat.state.phase, wrongWebsites]).toEqual(['unavailable', ['told']]);

    const away = { ...made, api: { ...made.api, presentation: () => Promise.reject(new ApiError('network')) } };
    const other = open(away);
    await other.chat.start();
    expect([other.chat.state.phase, other.wrongWebsites]).toEqual(['unavailable', []]);
  });

  it('opens a session only when something is said', async () => {
    const { chat, server, storage, sockets, lines } = open();
    await chat.start();
    expect([server.opened, sockets.length, storage.length]).toEqual([0, 0, 0]);
    chat.say('  hello ');
    await settled();
    expect([server.opened, sockets.length, storage.length]).toEqual([1, 1, 1]);
    expect(lines()).toEqual(['contact: hello']);
  });

  it('keeps what is said before the bot has said what it speaks', async () => {
    const { chat, sent, lines } = open();
    chat.say('hello');
    await settled();
    expect([sent, lines()]).toEqual([[], ['sending: hello']]);
    await chat.start();
    await settled();
    expect(lines()).toEqual(['contact: hello']);
  });

  it('says nothing where there is nothing to say', async () => {
    const { chat, sent } = open();
    await chat.start();
    chat.say(' \n ');
    await settled();
    expect(sent).toEqual([]);
  });

  it('sends a message again with the same id until the server has it, and those after it in order', async () => {
    const { chat, sent, refusals, timers, lines } = open();
    await chat.start();
    chat.say('first');
    await settled();
    refusals.push('network');
    chat.say('second');
    await settled();
    expect(lines()).toEqual(['contact: first', 'waiting: second']);
    refusals.push('server');
    chat.say('third');
    await settled();
    timers.advance(60_000);
    await settled();
    expect(lines()).toEqual(['contact: first', 'contact: second', 'contact: third']);
    expect(sent.map(({ outgoing }) => outgoing.id)).toEqual(['c1', 'c2', 'c2', 'c2', 'c3']);
  });

  it('leaves to the person what the server refused for good, and retries with the same id', async () => {
    const { chat, sent, refusals, lines } = open();
    await chat.start();
    chat.say('first');
    await settled();
    refusals.push('refused');
    chat.say('second');
    await settled();
    expect(lines()).toEqual(['contact: first', 'failed: second']);
    chat.retry('c2');
    await settled();
    expect(lines()).toEqual(['contact: first', 'contact: second']);
    expect(sent.at(-1)?.outgoing.id).toBe('c2');
  });

  it('gives up after a server has failed six times', async () => {
    const { chat, refusals, timers, lines } = open();
    await chat.start();
    refusals.push(...Array.from({ length: 6 }, () => 'server' as const));
    chat.say('hello');
    for (let attempt = 0; attempt < 6; attempt++) {
      await settled();
      timers.advance(60_000);
    }
    await settled();
    expect(lines()).toEqual(['failed: hello']);
  });

  it('asks how the session stands when the server refuses by its state', async () => {
    const { chat, server, refusals } = open();
    await chat.start();
    chat.say('first');
    await settled();
    server.status = { state: 'paused', owner: 'bot' };
    refusals.push('conflict');
    chat.say('second');
    await settled();
    expect(chat.state.transcript.state).toBe('paused');
    chat.resume();
    await settled();
    expect(chat.state.transcript.state).toBe('active');
  });

  it('carries what was not sent into a new session when the old one has expired', async () => {
    const { chat, refusals, storage, lines, sent } = open();
    await chat.start();
    chat.say('first');
    await settled();
    refusals.push('expired');
    chat.say('second');
    await settled();
    expect(chat.state.expired).toBe(true);
    expect(storage.length).toBe(0);
    chat.startOver();
    await settled();
    expect(lines()).toEqual(['contact: second']);
    expect(sent.at(-1)).toMatchObject({ session: 's2', outgoing: { id: 'c2' } });
  });

  it('starts over with nothing, and closes the old session', async () => {
    const { chat, changes, storage, lines, last } = open();
    await chat.start();
    chat.say('first');
    await settled();
    chat.startOver();
    await settled();
    expect([lines(), changes, storage.length, last().closed]).toEqual([[], ['close s1'], 0, true]);
  });

  it('drops the answer to a message of a conversation that was started over', async () => {
    const made = createServer();
    let answer: (message: Message) => void = () => undefined;
    const slow: Api = { ...made.api, send: () => new Promise((resolve) => (answer = resolve)) };
    const { chat, lines } = open({ ...made, api: slow });
    await chat.start();
    chat.say('first');
    await settled();
    chat.startOver();
    answer(plainMessage({ id: 'm1', role: 'contact', text: 'first' }));
    await settled();
    expect(lines()).toEqual([]);
  });

  it('goes on in a page that is loaded again, with what was not sent', async () => {
    const made = createServer();
    const storage = memoryStorage();
    const before = open(made, storage);
    await before.chat.start();
    before.chat.say('first');
    await settled();
    before.last().open();
    before
      .last()
      .tell({ id: 1, type: 'message.received', message: plainMessage({ id: 'm-c1', role: 'contact', text: 'first' }) });
    before.last().tell({ id: 2, type: 'reply.started', turn: 't1' });
    made.refusals.push('network');
    before.chat.say('second');
    await settled();
    before.chat.close();
    made.history.push(plainMessage({ id: 'm-c1', role: 'contact', text: 'first' }));
    const page = open(made, storage);
    await page.chat.start();
    expect(page.lines()).toEqual(['contact: first', 'waiting: second']);
    expect(page.last().url.searchParams.get('after')).toBe('1');
    page.last().open();
    await settled();
    expect(page.lines()).toEqual(['contact: first', 'contact: second']);
    expect(made.server.opened).toBe(1);
  });

  it('begins afresh where the server has forgotten the saved session', async () => {
    const made = createServer();
    const storage = memoryStorage();
    const before = open(made, storage);
    await before.chat.start();
    before.chat.say('first');
    await settled();
    made.refusals.push('expired');
    const page = open(made, storage);
    await page.chat.start();
    expect([page.chat.state.phase, page.lines(), storage.length]).toEqual(['ready', [], 0]);
  });

  it('tells of a finished reply once, and never of one that was read before', async () => {
    const { chat, last, finished } = open();
    await chat.start();
    chat.say('hello');
    await settled();
    const message = plainMessage({ id: 'm2', role: 'bot', text: 'Hello.' });
    const usage = { inputTokens: 1, outputTokens: 1 };
    last().open();
    for (let time = 0; time < 2; time++)
      last().tell({ id: 3, type: 'reply.completed', turn: 't1', message, citations: [], usage });
    expect(finished).toEqual(['Hello.']);
  });

  it('renews a line by which nothing comes after a message was taken', async () => {
    const { chat, last, sockets, timers } = open();
    await chat.start();
    chat.say('hello');
    await settled();
    last().open();
    timers.advance(12_500);
    expect(sockets.length).toBe(2);
  });

  it('lets go of everything when closed', async () => {
    const { chat, timers, last } = open();
    await chat.start();
    chat.say('hello');
    await settled();
    chat.close();
    expect(timers.pending()).toEqual([]);
    expect(last().closed).toBe(true);
  });
});
