import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeWhatsapp, startFakeWhatsapp } from '../../../kit/index.ts';
import type { Deployment } from '../../../whole/deployment.ts';
import { answersOf, channelUrl, deployShops, eventually } from './lamp-shop.ts';

const person = '16505551234';

describe('a program with an operator token', () => {
  let meta: FakeWhatsapp;
  let deployment: Deployment;
  beforeEach(async () => {
    meta = await startFakeWhatsapp({
      templates: [
        { name: 'order_ready_v1', language: 'en', parameters: 1 },
        { name: 'plain_v1', language: 'en', parameters: 0 },
      ],
    });
    deployment = await deployShops([
      {
        tenantId: 'lamps',
        meta,
        config:
          'templates: { pickup: { name: order_ready_v1, parameters: ["soon"] }, late: { name: order_ready_v1, parameters: ["{{ text }}"] } }',
      },
    ]);
  });
  afterEach(async () => {
    await deployment[Symbol.asyncDispose]();
    await meta[Symbol.asyncDispose]();
  });

  async function call(method: string, path: string, body?: unknown, token = deployment.adminToken) {
    const response = await fetch(`${channelUrl(deployment, 'lamps')}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  const open = async (to = `+${person}`) => String((await call('POST', 'sessions', { to })).body['session']);

  it('begins a conversation with a template, and the answer of the person goes on in it', async () => {
    const opened = await call('POST', 'sessions', { to: `+${person}`, name: 'Ana' });
    expect(opened).toMatchObject({ status: 201, body: { state: 'active', owner: 'bot', channel: 'whatsapp' } });
    const session = String(opened.body['session']);
    const sent = await call('POST', `sessions/${session}/templates`, { template: 'pickup', parameters: ['at noon'] });
    expect(sent).toMatchObject({ status: 202, body: { id: expect.stringMatching(/^msg_/) } });
    await meta.arrived(1);
    expect(meta.sent[0]).toMatchObject({ to: person, type: 'template', text: 'order_ready_v1' });
    expect(JSON.stringify(meta.sent[0]?.body)).toContain('at noon');

    await meta.deliver(channelUrl(deployment, 'lamps'), {
      messages: [meta.message(person, 'What does the blue lamp cost?')],
    });
    await eventually(() => expect(answersOf(meta).at(-1)?.text).toContain('40 euros'));
    const { conversations, contacts } = deployment.application.store.forTenant('lamps');
    const [conversation, ...others] = conversations.list({ limit: 10 });
    expect(others).toEqual([]);
    expect(conversation?.sessionId).toBe(session);
    expect(contacts.byId(conversation?.contactId ?? '')).toMatchObject({ phone: `+${person}` });
  });

  it('writes words, files, choices and links within the 24 hours', async () => {
    await meta.deliver(channelUrl(deployment, 'lamps'), {
      messages: [meta.message(person, 'How long does the delivery take?')],
    });
    await meta.arrived(2);
    const session = await open();
    const attachments = [{ kind: 'image', url: 'https://shop.example/l.png' }];
    expect((await call('POST', `sessions/${session}/messages`, { text: 'It is ready', attachments })).status).toBe(202);
    const actions = [{ id: 'yes', label: 'Yes' }, { label: 'No' }];
    expect((await call('POST', `sessions/${session}/interactive`, { text: 'Keep it?', actions })).status).toBe(202);
    await meta.arrived(4);
    expect(meta.sent.slice(2).map(({ type, text }) => [type, text])).toEqual([
      ['image', 'It is ready'],
      ['interactive', 'Keep it?'],
    ]);
  });

  it('learns of one picture of several that Meta took and did not bring, and sends all of them again', async () => {
    // One after the other: what is delivered together comes in any order.
    for (const word of ['STOP', 'START']) {
      await meta.deliver(channelUrl(deployment, 'lamps'), { messages: [meta.message(person, word)] });
    }
    await meta.arrived(2);
    const session = await open();
    const attachments = ['a', 'b'].map((name) => ({ kind: 'image', url: `https://shop.example/${name}.png` }));
    await call('POST', `sessions/${session}/messages`, { text: 'Two lamps', attachments });
    await meta.arrived(4);
    const told = (id = '', status: 'delivered' | 'failed') => ({
      id,
      status,
      to: person,
      at: meta.now(),
      code: 131053,
    });
    const [first, second] = meta.sent.slice(2).map(({ id }) => id);
    const statuses = [told(second, 'delivered'), told(first, 'failed')];
    for (const status of statuses) await meta.deliver(channelUrl(deployment, 'lamps'), { statuses: [status] });
    const delivery = { status: 'failed', reason: '131053 media-not-uploaded' };
    const { messages } = (await call('GET', `sessions/${session}`)).body as { readonly messages: readonly object[] };
    expect(messages.at(-1)).toMatchObject({ text: 'Two lamps', delivery });
    const [letter] = deployment.application.store.forTenant('lamps').outbox.undelivered({ limit: 1 });
    const headers = { authorization: `Bearer ${deployment.adminToken}` };
    await fetch(`${deployment.url}/v1/lamps/dead-letters/${letter?.id}/retry`, { method: 'POST', headers });
    await meta.arrived(6);
    expect(meta.sent.slice(4).map(({ text }) => text)).toEqual(['', 'Two lamps']);
  });

  it('sends the rest where the answer to one part is lost; what Meta tells of that part settles the whole', async () => {
    await meta.deliver(channelUrl(deployment, 'lamps'), { messages: [meta.message(person, 'Hello?')] });
    await meta.arrived(1);
    const session = await open();
    const { outbox } = deployment.application.store.forTenant('lamps');
    const attachments = ['a', 'b'].map((name) => ({ kind: 'image', url: `https://shop.example/${name}.png` }));
    meta.fail({ kind: 'none' }, { kind: 'lost' });
    const more = { text: `${'Long. '.repeat(200)}End`, attachments };
    const sent = meta.sent.length;
    await call('POST', `sessions/${session}/messages`, more);
    await meta.arrived(sent + 3);
    await eventually(() => expect(outbox.undelivered({ limit: 10 })).toMatchObject([{ state: 'uncertain' }]));
    const parts = meta.sent.slice(sent);
    expect(parts.map(({ type }) => type)).toEqual(['image', 'image', 'text']);
    const told = (id = '') => ({ id, status: 'sent' as const, to: person, at: meta.now() });
    // The last does not stand for the second, and the first was answered.
    for (const index of [2, 0])
      await meta.deliver(channelUrl(deployment, 'lamps'), { statuses: [told(parts[index]?.id)] });
    expect(outbox.undelivered({ limit: 10 })).toHaveLength(1);
    await meta.deliver(channelUrl(deployment, 'lamps'), { statuses: [told(parts[1]?.id)], times: 2 });
    expect(outbox.undelivered({ limit: 10 })).toEqual([]);
    expect(meta.sent).toHaveLength(sent + 3);
  });

  it('that tries again what may be lost repeats no part that Meta has', async () => {
    await meta.deliver(channelUrl(deployment, 'lamps'), { messages: [meta.message(person, 'Hello?')] });
    await meta.arrived(1);
    const session = await open();
    const { outbox } = deployment.application.store.forTenant('lamps');
    const attachments = ['a', 'b'].map((name) => ({ kind: 'image', url: `https://shop.example/${name}.png` }));
    meta.fail({ kind: 'lost' }, { kind: 'answer', status: 503, code: 999_999 });
    const sent = meta.sent.length;
    await call('POST', `sessions/${session}/messages`, { text: 'Two lamps', attachments });
    await eventually(() => expect(outbox.undelivered({ limit: 10 })).toMatchObject([{ state: 'uncertain' }]));
    expect(meta.sent.slice(sent).map(({ text }) => text)).toEqual(['', 'Two lamps']);
    const [letter] = outbox.undelivered({ limit: 1 });
    const headers = { authorization: `Bearer ${deployment.adminToken}` };
    await fetch(`${deployment.url}/v1/lamps/dead-letters/${letter?.id}/retry`, { method: 'POST', headers });
    await meta.arrived(sent + 3);
    expect(meta.sent.slice(sent).map(({ text }) => text)).toEqual(['', 'Two lamps', '']);
    await eventually(() => expect(outbox.byId(letter?.id ?? '')).toMatchObject({ state: 'delivered' }));
  });

  it('reaches nobody who has written STOP, with words or with a template; the person was told so once', async () => {
    const stops = ['Stop', 'STOP'].map((word) => meta.message(person, word));
    await meta.deliver(channelUrl(deployment, 'lamps'), { messages: stops });
    await meta.arrived(1);
    const session = await open();
    for (const [kind, message] of [
      ['messages', { text: 'Hello' }],
      ['templates', { template: 'pickup' }],
    ] as const) {
      expect(await call('POST', `sessions/${session}/${kind}`, message)).toMatchObject({
        status: 202,
        body: { delivery: { status: 'dead', reason: 'opted-out' } },
      });
    }
    const { outbox } = deployment.application.store.forTenant('lamps');
    await eventually(() =>
      expect(outbox.undelivered({ limit: 10 }).map(({ reason }) => reason)).toEqual(['opted-out', 'opted-out']),
    );
    expect(meta.sent.map(({ text }) => text)).toEqual([
      'You will get no more messages here. Reply START to get them again.',
    ]);
    await meta.deliver(channelUrl(deployment, 'lamps'), { messages: [meta.message(person, 'START')] });
    await call('POST', `sessions/${session}/templates`, { template: 'pickup' });
    await meta.arrived(3);
    expect(meta.sent.slice(1)).toMatchObject([
      { type: 'text', text: 'You will get messages here. Reply STOP to get no more.' },
      { type: 'template', text: 'order_ready_v1' },
    ]);
  });

  it('cannot write free words to who never wrote: that is a dead letter with a name', async () => {
    const session = await open();
    expect((await call('POST', `sessions/${session}/messages`, { text: 'Hello' })).status).toBe(202);
    const { outbox } = deployment.application.store.forTenant('lamps');
    await eventually(() =>
      expect(outbox.undelivered({ limit: 10 }).map(({ reason }) => reason)).toEqual(['window-closed']),
    );
    expect(meta.sent).toEqual([]);
  });

  it('writes the template of the bot instead, where it has one for that', async () => {
    await using mapped = await deployShops([{ tenantId: 'lamps', meta, config: 'templates: { reply: plain_v1 }' }]);
    const url = channelUrl(mapped, 'lamps');
    const headers = { authorization: `Bearer ${mapped.adminToken}` };
    const post = (path: string, body: object) =>
      fetch(`${url}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const { session } = (await (await post('sessions', { to: person })).json()) as { session: string };
    await post(`sessions/${session}/messages`, { text: 'Hello' });
    await meta.arrived(1);
    expect(meta.sent).toMatchObject([{ type: 'template', text: 'plain_v1' }]);
    const seen = await (await fetch(`${url}/sessions/${session}`, { headers })).json();
    const delivery = { status: 'waiting', reason: 'awaits-reply', due: expect.any(String) };
    expect(seen).toMatchObject({ session, messages: [{ role: 'operator', text: 'Hello', delivery }] });
  });

  it('sees in the session what became of what it sent', async () => {
    const session = await open();
    expect((await call('GET', `sessions/${session}`)).body).toMatchObject({ session, messages: [] });
    await call('POST', `sessions/${session}/messages`, { text: 'Hello' });
    await call('POST', `sessions/${session}/templates`, { template: 'pickup' });
    await meta.arrived(1);
    await eventually(async () =>
      expect((await call('GET', `sessions/${session}`)).body['messages']).toMatchObject([
        { role: 'operator', text: 'Hello', delivery: { status: 'dead', reason: 'window-closed' } },
        { role: 'operator', delivery: { status: expect.stringMatching(/^(accepted|sent|delivered|read)$/) } },
      ]),
    );
  });

  it('sends once what it asks for twice under one id', async () => {
    const session = await open();
    const ask = () => call('POST', `sessions/${session}/templates`, { id: 'order-7', template: 'pickup' });
    const asked = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(asked.map(({ body }) => body['id'])).size).toBe(1);
    const other = { id: 'order-7', template: 'pickup', parameters: ['at noon'] };
    expect(await call('POST', `sessions/${session}/templates`, other)).toMatchObject({
      status: 409,
      body: { code: 'CNV5013' },
    });
    await call('POST', `sessions/${session}/templates`, { id: 'order-8', template: 'pickup' });
    await meta.arrived(2);
    expect(meta.sent).toHaveLength(2);
  });

  it('finds the same session for the same person, and asks for its state', async () => {
    const session = await open();
    expect(await open(person)).toBe(session);
    expect((await call('GET', `sessions/${session}`)).body).toMatchObject({ session, state: 'active' });
    expect(await call('GET', 'sessions/ses_none')).toMatchObject({ status: 404, body: { code: 'WAP3305' } });
    expect(await call('POST', 'sessions/ses_none/messages', { text: 'Hi' })).toMatchObject({
      status: 404,
      body: { code: 'WAP3305' },
    });
  });

  it.each([
    '+1 650 555 1234',
    '0016505551234',
    '001 650.555.1234',
    '+1 (650) 555-1234',
    '1-650-555-1234',
    ' +1 [650]\u00a05551234 ',
  ])('may write a telephone number as %j', async (to) => {
    expect(await open(to)).toBe(await open(`+${person}`));
    const [conversation, ...others] = deployment.application.store.forTenant('lamps').conversations.list({ limit: 10 });
    expect([conversation?.externalId, others]).toEqual([person, []]);
  });

  it('that sends what cannot be sent is told what is wrong', async () => {
    const bodies: readonly (readonly [what: string, path: string, body: unknown])[] = [
      ['no recipient', 'sessions', {}],
      ['a name as recipient', 'sessions', { to: 'Ana' }],
      ['a number without its country', 'sessions', { to: '030 1112233' }],
      ['a list', 'sessions', []],
      ['half a body', 'sessions', '{"to":'],
      ['a member nobody knows', 'sessions', { to: person, admin: true }],
      ['nothing to say', 'sessions/x/messages', {}],
      ['half a surrogate pair', 'sessions/x/messages', '{"text":"\\ud800"}'],
      [
        'a file not by https',
        'sessions/x/messages',
        { attachments: [{ kind: 'image', url: 'http://127.0.0.1/a.png' }] },
      ],
      ['a file from nowhere', 'sessions/x/messages', { attachments: [{ kind: 'image', url: 'file:///etc/passwd' }] }],
      ['choices without words', 'sessions/x/interactive', { actions: [{ label: 'Yes' }] }],
      ['words without choices', 'sessions/x/interactive', { text: 'Keep it?' }],
      ['a template without a name', 'sessions/x/templates', { parameters: ['a'] }],
      ['a template with a parameter that is a number', 'sessions/x/templates', { template: 'pickup', parameters: [7] }],
    ];
    for (const [what, path, body] of bodies) {
      expect(await call('POST', path, body), what).toMatchObject({ status: 400, body: { code: 'WAP3304' } });
    }
  });

  it.each([
    ['templates', { template: 'pickup', parameters: 'A' }, '`parameters` is not a list'],
    ['templates', { template: 'pickup', parameters: Array.from({ length: 21 }, () => 'A') }, 'more than 20 entries'],
    ['templates', { template: 'pickup', parameters: ['A', 1] }, '`parameters[1]` is not a text. Send it in quotes'],
    ['templates', { template: 'pickup', parameters: ['A', 'B'] }, 'has 2 entries, and this template has 1 in the bot'],
    ['templates', { template: 'pickup', parameters: [] }, 'has 0 entries, and this template has 1 in the bot'],
    ['templates', { template: 'late' }, '{{ text }} in those of this template stands for an answer'],
    ['templates', { template: 'pickup', parameters: [''] }, '`parameters[0]` is not a text of 1 to 1024 characters'],
    [
      'interactive',
      {
        text: 'Which?',
        actions: [
          { id: 'a', label: 'A' },
          { id: 'b', label: 'B' },
          { id: 'a', label: 'C' },
        ],
      },
      '`actions[2]` has the `id` of another one',
    ],
    [
      'interactive',
      {
        text: 'Which?',
        actions: [
          { id: 'a', label: 'A' },
          { id: 'b', label: 'A ' },
        ],
      },
      '`actions[1]` has the `label`',
    ],
  ])('is told which part of %s is wrong: %j', async (path, body, words) => {
    const session = await open();
    const answer = await call('POST', `sessions/${session}/${path}`, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'WAP3304', detail: expect.stringContaining(words) } });
  });

  it('is needed: without a token, or with a wrong one, nothing happens', async () => {
    for (const [method, path] of [
      ['POST', 'sessions'],
      ['GET', 'sessions/x'],
      ['POST', 'sessions/x/messages'],
      ['POST', 'sessions/x/templates'],
      ['POST', 'sessions/x/interactive'],
    ] as const) {
      const body = method === 'POST' ? { to: person, text: 'Hi' } : undefined;
      expect(await call(method, path, body, 'wrong')).toMatchObject({ status: 401, body: { code: 'HTP4005' } });
    }
    expect(deployment.application.store.forTenant('lamps').conversations.list({ limit: 10 })).toEqual([]);
  });
});
