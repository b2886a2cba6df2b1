import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answersOf, eventually } from './candle-shop.ts';
import { contentSid, number, Program, person, templates } from './operator-program.ts';

let program: Program;
const start = async (from?: string, config?: string) => {
  program = await Program.start(from, config);
};
afterEach(() => program[Symbol.asyncDispose]());

describe('a program with an operator token, by SMS', () => {
  beforeEach(() => start());

  it('begins a conversation with words, and the answer of the person goes on in it', async () => {
    const opened = await program.call('POST', 'sessions', { to: person, name: 'Ana' });
    expect(opened).toMatchObject({ status: 201, body: { state: 'active', owner: 'bot', channel: 'sms' } });
    const session = String(opened.body['session']);
    const sent = await program.call('POST', `sessions/${session}/messages`, { text: 'Your candle is ready.' });
    expect(sent).toMatchObject({ status: 202, body: { id: expect.stringMatching(/^msg_/) } });
    await program.twilio.saw(1);
    expect(program.twilio.sent[0]).toMatchObject({ to: person, from: number, body: 'Your candle is ready.' });
    await program.hear('What does the red candle cost?');
    await eventually(() => expect(answersOf(program.twilio).at(-1)?.body).toContain('7 euros'));
    const { conversations, contacts } = program.store;
    const [conversation, ...others] = conversations.list({ limit: 10 });
    expect(others).toEqual([]);
    expect(conversation?.sessionId).toBe(session);
    expect(contacts.byId(conversation?.contactId ?? '')).toMatchObject({ phone: person, name: 'Ana' });
  });

  it('sends files and links in words where the number takes no MMS, and templates', async () => {
    const session = await program.open();
    const attachments = [{ kind: 'image', url: 'https://shop.example/c.png' }];
    expect((await program.call('POST', `sessions/${session}/messages`, { text: 'Look', attachments })).status).toBe(
      202,
    );
    const actions = [{ label: 'Shop', url: 'https://shop.example/' }];
    expect(
      (await program.call('POST', `sessions/${session}/interactive`, { text: 'Order here', actions })).status,
    ).toBe(202);
    expect((await program.call('POST', `sessions/${session}/templates`, { template: contentSid })).status).toBe(202);
    await program.twilio.saw(3);
    expect(program.twilio.sent.map(({ form }) => form['Body'] ?? form['ContentSid'])).toEqual([
      'Look\nhttps://shop.example/c.png',
      'Order here\nShop: https://shop.example/',
      contentSid,
    ]);
  });

  it('reaches nobody who has written STOP, with words or with a template', async () => {
    await program.hear('STOP');
    const session = await program.open();
    for (const [kind, message] of [
      ['messages', { text: 'Hello' }],
      ['templates', { template: 'pickup' }],
    ] as const) {
      expect(await program.call('POST', `sessions/${session}/${kind}`, message)).toMatchObject({
        status: 202,
        body: { delivery: { status: 'dead', reason: 'opted-out' } },
      });
    }
    expect(program.letters().map(({ reason }) => reason)).toEqual(['opted-out', 'opted-out']);
    await program.hear('START');
    await program.call('POST', `sessions/${session}/messages`, { text: 'Welcome back' });
    await eventually(() => expect(program.twilio.sent.at(-1)?.body).toBe('Welcome back'));
    expect(program.twilio.sent.filter(({ body }) => body === 'Hello')).toEqual([]);
  });

  it('sees in the session what became of what it sent', async () => {
    const session = await program.open();
    expect((await program.call('GET', `sessions/${session}`)).body).toMatchObject({ session, messages: [] });
    await program.call('POST', `sessions/${session}/messages`, { text: 'Hello' });
    await program.twilio.saw(1);
    const seen = () => program.seen(session);
    await eventually(async () =>
      expect(await seen()).toMatchObject([
        { role: 'operator', text: 'Hello', delivery: { status: 'accepted', note: '1 segment, GSM-7' } },
      ]),
    );
    await program.twilio.report(program.twilio.sent[0]?.sid ?? '', 'delivered');
    expect(await seen()).toMatchObject([{ delivery: { status: 'delivered' } }]);
  });

  it('sends once what it asks for twice under one id', async () => {
    const session = await program.open();
    const ask = (text: string) => program.call('POST', `sessions/${session}/messages`, { id: 'order-7', text });
    const asked = await Promise.all([ask('Ready'), ask('Ready'), ask('Ready')]);
    expect(new Set(asked.map(({ body }) => body['id'])).size).toBe(1);
    expect(await ask('Not ready')).toMatchObject({ status: 409, body: { code: 'CNV5013' } });
    await program.call('POST', `sessions/${session}/messages`, { id: 'order-8', text: 'Ready too' });
    await program.twilio.saw(2);
    expect(program.twilio.sent.map(({ body }) => body)).toEqual(['Ready', 'Ready too']);
  });

  it('learns of a wrong number, at once or later, with the name of Twilio’s code', async () => {
    const session = await program.open();
    program.twilio.meet({ kind: 'refuse', status: 400, code: 21614, message: 'Not a mobile number' });
    await program.call('POST', `sessions/${session}/messages`, { text: 'One' });
    await program.call('POST', `sessions/${session}/messages`, { text: 'Two' });
    await program.twilio.saw(1);
    await eventually(async () => {
      await program.twilio.report(program.twilio.sent[0]?.sid ?? '', 'undelivered', 30005);
      expect(await program.seen(session)).toMatchObject([
        { text: 'One', delivery: { status: 'dead', reason: '21614 not-a-mobile-number' } },
        { text: 'Two', delivery: { status: 'failed', reason: '30005 unknown-number' } },
      ]);
    });
  });

  it.each(['+49 170 1234567', '0049170 1234567', '+49 (170) 123-4567', '+49.170.1234567', ' +49 [170]\u00a01234567 '])(
    'may write a telephone number as %j',
    async (to) => {
      expect(await program.open(to)).toBe(await program.open());
      const [conversation, ...others] = program.store.conversations.list({ limit: 10 });
      expect([conversation?.externalId, others]).toEqual([person, []]);
    },
  );

  it('that sends what cannot be sent is told which part is wrong', async () => {
    const session = await program.open();
    const link = { label: 'Shop', url: 'https://shop.example' };
    const image = { kind: 'image', url: 'https://shop.example/c.png' };
    const at = (kind: string) => `sessions/${session}/${kind}`;
    const bodies: readonly (readonly [path: string, body: unknown, words: string])[] = [
      ['sessions', {}, '`to` is no telephone number'],
      ['sessions', { to: 'Ana' }, '`to` is no telephone number'],
      ['sessions', { to: '030 1112233' }, '`to` is no telephone number'],
      ['sessions', { to: '491701234567' }, '`to` is no telephone number'],
      ['sessions', { to: `whatsapp:${person}` }, '`to` is on WhatsApp, and this channel sends SMS'],
      ['sessions', [], 'the body is not a JSON object'],
      ['sessions', '{"to":', 'the body is not JSON in UTF-8'],
      ['sessions', { to: person, admin: true }, 'Known: to, name, locale'],
      [at('messages'), {}, 'the message is empty'],
      [at('messages'), '{"text":"\\ud800"}', '`text` is not a text of 1 to 20000 characters'],
      [at('messages'), { attachments: image }, '`attachments` is not a list'],
      [
        at('messages'),
        { attachments: [image, { ...image, url: 'http://x.example/a' }] },
        '`attachments[1]` is not an https',
      ],
      [at('messages'), { attachments: [{ ...image, kind: 'location' }] }, '`attachments[0]` is none of image'],
      [at('messages'), { attachments: ['a'] }, '`attachments[0]` is not a JSON object'],
      [at('interactive'), { actions: [link] }, '`text` is missing'],
      [at('interactive'), { text: 'Look' }, '`actions` is missing'],
      [at('interactive'), { text: 'Keep it?', actions: [link, { label: 'Yes' }] }, '`actions[1]` has no `url`'],
      [
        at('interactive'),
        { text: 'Look', actions: [{ ...link, url: 'javascript:1' }] },
        '`actions[0]` is no web address',
      ],
      [at('interactive'), { text: 'Look', actions: [{ url: link.url }] }, '`actions[0]` has no `label`'],
      [at('templates'), { parameters: ['a'] }, '`template` is not one'],
      [at('templates'), { template: 'unknown' }, '`template` is not one'],
      [at('templates'), { template: 'constructor' }, '`template` is not one'],
      [at('templates'), { template: 'pickup', language: 'de' }, 'Known: id, template, parameters'],
      [at('templates'), { template: 'pickup', parameters: 'A' }, '`parameters` is not a list'],
      [at('templates'), { template: 'pickup', parameters: [7] }, '`parameters[0]` is not a text'],
      [at('templates'), { template: 'pickup', parameters: [''] }, '`parameters[0]` is not a text of 1 to 1024'],
      [at('templates'), { template: 'pickup', parameters: ['A', 'B'] }, 'has 2 entries, and this template has 1'],
      [at('templates'), { template: 'late' }, '{{ text }} in those of this template stands for an answer'],
    ];
    for (const [path, body, words] of bodies) {
      const detail = expect.stringContaining(words);
      expect(await program.call('POST', path, body), words).toMatchObject({
        status: 400,
        body: { code: 'TWI3406', detail },
      });
    }
    expect(program.twilio.requests).toEqual([]);
  });

  it('finds no session that is not there', async () => {
    for (const [method, path, body] of [
      ['GET', 'sessions/ses_none', undefined],
      ['POST', 'sessions/ses_none/messages', { text: 'Hi' }],
    ] as const) {
      expect(await program.call(method, path, body)).toMatchObject({ status: 404, body: { code: 'TWI3407' } });
    }
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
      expect(await program.call(method, path, body, 'wrong')).toMatchObject({ status: 401, body: { code: 'HTP4005' } });
    }
    expect(program.store.conversations.list({ limit: 10 })).toEqual([]);
  });
});

describe('a program with an operator token, in quiet hours', () => {
  it('is told when its message will go out', async () => {
    const clock = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
    const quiet = `quietHours: { from: "${clock(-1)}", to: "${clock(2)}" }`;
    await start(number, `${templates}\n    ${quiet}`);
    const session = await program.open();
    await program.call('POST', `sessions/${session}/messages`, { text: 'Hello' });
    const delivery = { status: 'waiting', reason: 'quiet-hours', due: expect.any(String) };
    await eventually(async () => expect(await program.seen(session)).toMatchObject([{ delivery }]));
    expect(program.twilio.sent).toEqual([]);
  });
});
