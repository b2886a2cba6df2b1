import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Message } from '../../core/contract/index.ts';
import { openChat } from './chat-client.ts';
import { type Deployment, deploy } from './deployment.ts';
import { files, problem, text } from './lamp-shop.ts';
import { readEvents, type ServerEvent } from './server-events.ts';

let deployment: Deployment;
let base = '';
beforeAll(async () => {
  deployment = await deploy({ files });
  base = `${deployment.url}/v1/shop/web`;
}, 60_000);
afterAll(() => deployment[Symbol.asyncDispose]());

describe('a session', () => {
  it('opens with a token and an end', async () => {
    const response = await fetch(`${base}/sessions`, {
      method: 'POST',
      body: JSON.stringify({ locale: 'en', contact: { name: 'Ada' }, metadata: { page: '/lamps' } }),
    });
    expect(response.status).toBe(201);
    const body = (await response.json()) as Record<string, string>;
    expect(body['session']).toEqual(expect.any(String));
    expect(body['token']?.length).toBeGreaterThan(20);
    expect(Date.parse(body['expiresAt'] ?? '')).toBeGreaterThan(Date.now());
  });

  it('pauses, resumes and closes, and refuses messages meanwhile', async () => {
    const chat = await openChat(deployment.url, 'shop');
    expect(await (await chat.call('POST', '/pause')).json()).toMatchObject({ state: 'paused' });
    await problem(await chat.call('POST', '/messages', { body: text('Hello') }), 409, 'WEB3005');
    expect(await (await chat.call('POST', '/resume')).json()).toMatchObject({ state: 'active' });
    expect((await chat.call('POST', '/messages', { body: text('Hello') })).status).toBe(202);
    expect(await (await chat.call('POST', '/close')).json()).toMatchObject({ state: 'closed' });
    await problem(await chat.call('POST', '/messages', { body: text('Hello') }), 409, 'WEB3005');
    await problem(await chat.call('POST', '/resume'), 409, 'WEB3005');
  });

  it('opens only for its own token', async () => {
    const chat = await openChat(deployment.url, 'shop');
    const other = await openChat(deployment.url, 'shop');
    const tries = ['', 'Bearer', `Bearer ${other.token}`, `Bearer ${chat.token}x`, `Basic ${chat.token}`];
    for (const authorization of tries) {
      await problem(await chat.call('GET', '', { headers: { authorization } }), 401, 'WEB3004');
    }
  });
});

describe('a message', () => {
  it('is answered from the documents, with citations', async () => {
    const chat = await openChat(deployment.url, 'shop');
    const { status, reply } = await chat.ask('What does the blue lamp cost?');
    expect(status).toBe(200);
    expect(reply?.text).toContain('40 euros');
    expect(reply?.text).not.toMatch(/\[\d+\]/);
    expect(reply?.citations[0]).toMatchObject({
      source: 'facts',
      title: expect.any(String),
      quote: expect.stringContaining('40'),
    });
  });

  it('that the documents do not answer is said to be unknown', async () => {
    const chat = await openChat(deployment.url, 'shop');
    expect((await chat.ask('Who won the football match in Lisbon?')).reply?.text).toContain('I do not know that.');
  });

  it('sent twice with one id is one turn', async () => {
    const chat = await openChat(deployment.url, 'shop');
    const first = await chat.ask('How long does the delivery take?', 'same');
    const second = await chat.ask('How long does the delivery take?', 'same');
    expect(second.turn).toBe(first.turn);
    expect(second.reply?.id).toBe(first.reply?.id);
    const { messages } = (await (await chat.call('GET', '/messages')).json()) as { messages: Message[] };
    expect(messages.map((message) => message.role)).toEqual(['contact', 'bot']);
  });

  it('is taken with 202 and found in the history with its reply', async () => {
    const chat = await openChat(deployment.url, 'shop');
    const taken = await chat.call('POST', '/messages', { body: text('What does the red lamp cost?', 'm1') });
    expect(taken.status).toBe(202);
    const { message } = (await taken.json()) as { message: Message };
    expect(message).toMatchObject({ role: 'contact', text: 'What does the red lamp cost?' });
    await chat.ask('What does the red lamp cost?', 'm1');
    const after = (await (await chat.call('GET', `/messages?after=${message.id}`)).json()) as { messages: Message[] };
    expect(after.messages).toHaveLength(1);
    const all = (await (await chat.call('GET', '/messages?after=')).json()) as { messages: Message[] };
    expect(all.messages.length).toBeGreaterThan(1);
    expect(after.messages[0]?.text).toContain('55');
  });

  it('is no place in the history of another session, and neither is an id that nobody gave', async () => {
    const chat = await openChat(deployment.url, 'shop');
    const other = await openChat(deployment.url, 'shop');
    const taken = await other.call('POST', '/messages', { body: text('What does the red lamp cost?', 'm1') });
    const { message } = (await taken.json()) as { message: Message };
    for (const id of ['nonsense', message.id]) {
      await problem(await chat.call('GET', `/messages?after=${id}`), 400, 'CNV5010');
    }
  });

  it('that is too long is refused in words that the page of another website can read', async () => {
    const chat = await openChat(deployment.url, 'shop');
    const from = (origin: string) =>
      chat.call('POST', '/messages', { body: text('x'.repeat(300_000)), headers: { origin } });
    const response = await from('https://shop.example');
    expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    await problem(response, 413, 'HTP4003');
    expect((await from('https://elsewhere.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('streams its reply in the same response', async () => {
    const chat = await openChat(deployment.url, 'shop');
    const response = await chat.call('POST', '/messages', {
      body: text('What does the blue lamp cost?'),
      headers: { accept: 'text/event-stream' },
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = await readEvents(response, (event) => event.type === 'reply.completed');
    const types = events.map((event) => event.type);
    expect(types.slice(0, 2)).toEqual(['message.received', 'reply.started']);
    expect(types.filter((type) => type === 'reply.delta').length).toBeGreaterThan(1);
    const said = events.filter((event) => event.type === 'reply.delta').map((event) => String(event.data['text']));
    const message = events.at(-1)?.data['message'] as Message;
    expect(said.join('')).toBe(message.text);
    const ids = events.map((event) => Number(event.id));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the stream of a session', () => {
  it('resumes after the last event id with neither gap nor double', async () => {
    const chat = await openChat(deployment.url, 'shop');
    const complete = (event: ServerEvent) => event.type === 'reply.completed';
    // Somebody listens throughout, so that also the text in flight can be told again.
    const listener = await chat.call('GET', '/stream?after=0');
    await chat.ask('What does the blue lamp cost?');
    const again = await readEvents(await chat.call('GET', '/stream?after=0'), complete);
    const middle = again[3];
    const resumed = await chat.call('GET', '/stream', { headers: { 'last-event-id': String(middle?.id) } });
    const rest = await readEvents(resumed, complete);
    const whole = await readEvents(listener, complete);
    expect(whole.map((event) => event.type)).toContain('reply.delta');
    expect(again).toEqual(whole);
    expect(rest).toEqual(whole.slice(4));
  });

  it('tells who comes back late what was said, without the text in flight', async () => {
    const chat = await openChat(deployment.url, 'shop');
    const { reply } = await chat.ask('What does the blue lamp cost?');
    const events = await readEvents(
      await chat.call('GET', '/stream?after=0'),
      (event) => event.type === 'reply.completed',
    );
    expect(events.map((event) => event.type)).toEqual(['message.received', 'reply.completed']);
    expect(events[1]?.data['message']).toEqual(reply);
  });

  it('speaks the same over a WebSocket, both ways', async () => {
    const chat = await openChat(deployment.url, 'shop');
    const address = `${base.replace('http', 'ws')}/sessions/${chat.session}?token=${chat.token}`;
    const socket = new WebSocket(address);
    const frames: Record<string, unknown>[] = [];
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    const done = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data)) as Record<string, unknown>;
        frames.push(frame);
        if (frame['type'] === 'reply.completed') resolve();
      });
    });
    socket.send('nonsense');
    socket.send(JSON.stringify({ type: 'message', id: 'w1', text: 'What does the blue lamp cost?' }));
    await done;
    socket.send(JSON.stringify({ id: 'w2', text: 'The same fields as in a POST, without a type.' }));
    await expect.poll(() => frames.filter((frame) => frame['type'] === 'reply.completed').length).toBe(2);
    socket.close();
    expect(frames.find((frame) => frame['type'] === 'error')).toMatchObject({ code: 'WEB3002', status: 400 });
    expect(frames.find((frame) => frame['type'] === 'ack')).toMatchObject({ ref: 'w1' });
    expect(frames.find((frame) => frame['type'] === 'ack' && frame['ref'] === 'w2')).toBeDefined();
    const types = frames.map((frame) => frame['type']);
    for (const type of ['message.received', 'reply.started', 'reply.delta']) expect(types).toContain(type);
  });

  it.each(['', 'wrong'])('refuses a socket with the token "%s" before the upgrade', async (token) => {
    const chat = await openChat(deployment.url, 'shop');
    const socket = new WebSocket(`${base.replace('http', 'ws')}/sessions/${chat.session}?token=${token}`);
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('open', () => resolve('open'));
      socket.on('error', () => {});
    });
    socket.terminate();
    expect(status).toBe(401);
  });
});

describe('websites', () => {
  it('that are listed may read answers, after a preflight', async () => {
    const origin = 'https://shop.example';
    const preflight = await fetch(`${base}/sessions`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
    const opened = await fetch(`${base}/sessions`, { method: 'POST', headers: { origin } });
    expect(opened.headers.get('access-control-allow-origin')).toBe(origin);
  });

  it.each(['https://evil.example', 'https://shop.example.evil.example', 'http://shop.example', 'null'])(
    'that are not listed are refused: %s',
    async (origin) => {
      const response = await fetch(`${base}/sessions`, { method: 'POST', headers: { origin } });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      await problem(response, 403, 'WEB3001');
    },
  );

  it('that are not listed may read that they are not, where the widget asks first', async () => {
    const response = await fetch(`${base}/widget`, { headers: { origin: 'https://evil.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    await problem(response, 403, 'WEB3001');
  });

  it("learn the bot's name, greeting, look and what to ask", async () => {
    expect(await (await fetch(`${base}/widget`)).json()).toMatchObject({
      name: { en: 'Lamp shop' },
      greeting: { en: expect.stringContaining('lamp shop') },
      theme: { accent: '#0f766e', scheme: 'auto' },
    });
  });
});
