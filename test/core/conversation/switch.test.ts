import { describe, expect, it } from 'vitest';
import type { ModelRequest, StreamEvent } from '../../../core/contract/index.ts';
import { done, fakeModel, makeRig, saying, settled, signal } from './rig.ts';

const unfit =
  'This word does not fit here: it has been used, has lapsed or is for another account. Please ask for a new one in the chat.';
const window = { capabilities: { replyWindowMs: 86_400_000 } };

async function invite(rig: Awaited<ReturnType<typeof makeRig>>, sessionId: string, address = '+49 301') {
  return rig.engine.conversationsOf('acme', 'web').requestSwitch(sessionId, { channel: 'sms', address }, signal);
}

/** The code in the last message that went out. */
function codeSent(rig: Awaited<ReturnType<typeof makeRig>>): string {
  const code = /\d{6}/.exec(rig.tenant('acme').sent.at(-1)?.text ?? '')?.[0];
  if (code === undefined) throw new Error('no code was sent');
  return code;
}

function remembering(requests: ModelRequest[]) {
  return fakeModel(async function* (request) {
    requests.push(request);
    yield { type: 'text', text: 'Fine.' };
    yield done;
  });
}

describe('a chat that goes on elsewhere', () => {
  it('goes to the address as the channel knows it, and to none that the channel cannot have', async () => {
    await using rig = await makeRig();
    rig.tenant('acme').sms = {
      addressForm: {
        read: (written) => (written.startsWith('+') ? `sms:${written}` : undefined),
        words: 'one with a +',
      },
    };
    const session = await rig.session();
    await expect(invite(rig, session.id, '0301 1234')).rejects.toMatchObject({
      code: 'CNV5023',
      status: 400,
      message: expect.stringContaining('Send one with a +.'),
    });
    expect(rig.tenant('acme').sent).toEqual([]);
    await invite(rig, session.id, '+49 301-1234');
    expect(rig.tenant('acme').sent).toMatchObject([{ conversation: 'sms:+493011234' }]);
  });

  it('does so when the code that was sent there is typed in the chat, with its history and the same contact', async () => {
    await using rig = await makeRig();
    const requests: ModelRequest[] = [];
    rig.tenant('acme').models = [remembering(requests)];
    const session = await rig.session();
    const stream: StreamEvent[] = [];
    const stop = new AbortController();
    const web = rig.engine.conversationsOf('acme', 'web');
    const reading = (async () => {
      for await (const event of web.events(session.id, 'now', stop.signal)) stream.push(event);
    })();
    await session.ask('My router blinks red.');
    const invitation = await invite(rig, session.id, '+49 301-1234');
    expect(invitation).toEqual({
      channel: 'sms',
      method: 'code',
      expiresAt: new Date(rig.clock.now() + 600_000).toISOString(),
    });
    expect(rig.tenant('acme').sent).toMatchObject([{ conversation: '+493011234' }]);

    expect(rig.tenant('acme').sent.at(-1)?.text).toMatch(/^Bot: Your code: \d{6}\. /);
    const confirmed = await session.ask(codeSent(rig));
    expect(confirmed.text).toBe('Confirmed. We go on there.');
    await settled();
    expect(rig.tenant('acme').sent.at(-1)).toMatchObject({
      conversation: '+493011234',
      text: 'Confirmed. We go on here.',
    });
    expect(stream.slice(-2)).toMatchObject([
      { type: 'reply.completed', message: { text: 'Confirmed. We go on there.' } },
      { type: 'session.changed', state: 'closed' },
    ]);
    stop.abort();
    await reading;

    await rig.sms('And now?', { conversation: '+493011234', contact: { id: '+493011234' } });
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe('Fine.');
    expect(requests.at(-1)?.messages.map((message) => ('text' in message ? message.text : ''))).toEqual([
      'My router blinks red.',
      'Fine.',
      expect.stringMatching(/^\d{6}$/),
      'Confirmed. We go on there.',
      'Confirmed. We go on here.',
      'And now?',
    ]);
    const views = await rig.engine.list('acme', {}, signal);
    expect(new Set(views.map(({ contact }) => contact.id)).size).toBe(1);
    expect(
      rig.store
        .forTenant('acme')
        .people.addresses(views[0]?.contact.id ?? '')
        .map(({ channel }) => channel),
    ).toEqual(['sms', 'web']);
    expect(rig.events.filter(({ type }) => /switched|closed/.test(type))).toEqual([
      expect.objectContaining({ type: 'channel.session.closed', channel: 'web', session: session.id }),
      expect.objectContaining({
        type: 'channel.session.switched',
        channel: 'sms',
        from: { channel: 'web', session: session.id },
      }),
    ]);
    expect(await session.deliver('late', 'Hello?')).toEqual([{ status: 'refused', reason: 'closed' }]);
  });

  it('does so with a word where the platform wants the person to write first', async () => {
    await using rig = await makeRig();
    const requests: ModelRequest[] = [];
    Object.assign(rig.tenant('acme'), { models: [remembering(requests)], sms: window });
    await rig.sms('Earlier, somebody unknown.');
    await rig.clock.advance(1000);
    const session = await rig.session();
    await session.ask('My router blinks red.');
    const sent = rig.tenant('acme').sent.length;
    const invitation = await invite(rig, session.id);
    if (invitation.method !== 'word') throw new Error('no word');
    expect(invitation.word).toMatch(/^switch [2-9A-Z]{8}$/);
    expect(rig.tenant('acme').sent).toHaveLength(sent);

    await rig.sms(invitation.word.toLowerCase());
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe('Confirmed. We go on here.');
    await rig.sms('And now?');
    await rig.clock.advance(1000);
    expect(requests.at(-1)?.messages.map((message) => ('text' in message ? message.text : ''))).toContain(
      'My router blinks red.',
    );
    const web = rig.engine.conversationsOf('acme', 'web');
    expect((await web.history(session.id, {}, signal)).at(-1)?.text).toBe('Confirmed. We go on there.');
    expect(await web.authorize(session.id, session.token, signal)).toMatchObject({ state: 'closed' });
    const views = await rig.engine.list('acme', {}, signal);
    expect(views).toHaveLength(2);
    expect(rig.events.filter(({ type }) => type === 'channel.session.created')).toHaveLength(2);
    expect(new Set(views.map(({ contact }) => contact.id)).size).toBe(1);
    await rig.sms(invitation.word);
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe(unfit);
    expect(requests.at(-1)?.messages.at(-1)).toMatchObject({ text: 'And now?' });
  });

  it('asks for the word where the code could not be sent', async () => {
    await using rig = await makeRig();
    rig.tenant('acme').sendResults.push({ status: 'rejected', reason: 'unknown number' });
    const session = await rig.session();
    const invitation = await invite(rig, session.id);
    if (invitation.method !== 'word') throw new Error('no word');
    await rig.sms(invitation.word);
    await rig.clock.advance(1000);
    expect(rig.events.map(({ type }) => type)).toContain('channel.session.switched');
  });

  it('leaves what was said in one breath with the proof to a turn of its own', async () => {
    await using rig = await makeRig();
    const requests: ModelRequest[] = [];
    Object.assign(rig.tenant('acme'), { models: [remembering(requests)], sms: window });
    const session = await rig.session();
    const invitation = await invite(rig, session.id);
    if (invitation.method !== 'word') throw new Error('no word');
    const receipts = [await rig.sms('Hello!'), await rig.sms(invitation.word), await rig.sms('What does it cost?')];
    expect(new Set(receipts.map((receipt) => (receipt?.status === 'stored' ? receipt.turnId : '')))).toHaveProperty(
      'size',
      1,
    );
    await rig.clock.advance(5000);
    expect(rig.tenant('acme').sent.map(({ text }) => text)).toEqual(['Confirmed. We go on here.', 'Fine.']);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.messages.slice(-2)).toMatchObject([{ text: 'Hello!' }, { text: 'What does it cost?' }]);
    const { messages, turns } = rig.store.forTenant('acme');
    const answers = receipts.map((receipt) => {
      const { turnId } = (receipt?.status === 'stored' && messages.byId(receipt.message.id)) || {};
      return messages.byId(turns.byId(turnId ?? '')?.replyId ?? '')?.text;
    });
    expect(answers).toEqual(['Fine.', 'Confirmed. We go on here.', 'Fine.']);
    expect(rig.store.forTenant('acme').inbox.allOpen()).toEqual([]);
    expect(rig.engine.activeTurns('acme')).toBe(0);
  });

  it('is closed once where the chat was closed before the word came', async () => {
    await using rig = await makeRig();
    rig.tenant('acme').sms = window;
    const session = await rig.session();
    await session.ask('Hello');
    const invitation = await invite(rig, session.id);
    if (invitation.method !== 'word') throw new Error('no word');
    await rig.engine.conversationsOf('acme', 'web').setState(session.id, 'closed', signal);
    await rig.sms(invitation.word);
    await rig.clock.advance(1000);
    expect(rig.events.map(({ type }) => type).filter((type) => /closed|switched/.test(type))).toEqual([
      'channel.session.closed',
      'channel.session.switched',
    ]);
  });

  it('stays with the human who has it', async () => {
    await using rig = await makeRig();
    const session = await rig.session();
    await session.ask('Hello');
    await rig.engine.take('acme', await session.conversation(), signal);
    await invite(rig, session.id);
    await session.deliver('proof', codeSent(rig));
    await settled();
    await rig.sms('Still there?');
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe('Confirmed. We go on here.');
    expect((await rig.engine.list('acme', { owner: 'human' }, signal)).map(({ channel }) => channel)).toEqual(['sms']);
  });
});

describe('a claim', () => {
  it('links nothing by itself, and says the code to nobody but the address', async () => {
    await using rig = await makeRig({ path: ':memory:' });
    const session = await rig.session();
    await invite(rig, session.id);
    expect(rig.store.forTenant('acme').people.at({ channel: 'sms', externalId: '+49301' })).toBeUndefined();
    const code = codeSent(rig);
    expect(JSON.stringify(rig.events)).not.toContain(code);
    expect(rig.store.forTenant('acme').outbox.next(await session.conversation())).toBeUndefined();
  });

  it('takes a code once, and five tries', async () => {
    await using rig = await makeRig();
    const session = await rig.session();
    await invite(rig, session.id);
    const code = codeSent(rig);
    const wrong = code === '000000' ? '111111' : '000000';
    for (let tries = 0; tries < 4; tries += 1) {
      expect((await session.ask(wrong)).text).toBe('This code is not right. Please check it.');
    }
    expect((await session.ask(wrong)).text).toBe('That was wrong too often. Please ask for a new code.');
    // Neither that it is a code, nor whether it would have been right.
    expect((await session.ask(code)).text).toBe('That was wrong too often. Please ask for a new code.');
    expect((await session.ask(wrong)).text).toBe('That was wrong too often. Please ask for a new code.');
    expect((await session.ask(`Where is order ${wrong}?`)).text).toBe('Fine.');
    expect(rig.events.map(({ type }) => type)).not.toContain('channel.session.switched');
    await invite(rig, session.id);
    expect((await session.ask(codeSent(rig))).text).toBe('Confirmed. We go on there.');
  });

  it('lapses after ten minutes, and with a newer one', async () => {
    await using rig = await makeRig();
    const session = await rig.session();
    await invite(rig, session.id);
    const first = codeSent(rig);
    await rig.clock.advance(600_001);
    expect((await session.ask(first)).text).toBe('This code is no longer valid. Please ask for a new one in the chat.');
    // Nobody awaits one: it is the number of something.
    expect((await session.ask(first === '000000' ? '111111' : '000000')).text).toBe('Fine.');
    await invite(rig, session.id);
    const second = codeSent(rig);
    await invite(rig, session.id);
    expect((await session.ask(second)).text).toBe('This code is not right. Please check it.');
    expect((await session.ask(codeSent(rig))).text).toBe('Confirmed. We go on there.');
  });

  it('is confirmed once more to who types the code twice, at once or there', async () => {
    await using rig = await makeRig();
    const session = await rig.session();
    await invite(rig, session.id);
    const code = codeSent(rig);
    await session.deliver('one', code);
    await session.deliver('two', code);
    await rig.clock.advance(5000);
    await settled();
    const conversationId = await session.conversation();
    const said = rig.store.forTenant('acme').messages.after({ conversationId }, 0, 100);
    expect(said.filter(({ role }) => role === 'bot').map(({ text }) => text)).toEqual([
      'Confirmed. We go on there.',
      'Confirmed. We go on there.',
    ]);
    await rig.sms(code);
    await rig.clock.advance(5000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe('Confirmed. We go on here.');
    expect(rig.events.filter(({ type }) => type === 'channel.session.switched')).toHaveLength(1);
  });

  it('says where the code belongs to who answers with it where it came, and links nothing', async () => {
    await using rig = await makeRig();
    const session = await rig.session();
    await invite(rig, session.id);
    const code = codeSent(rig);
    const last = () => rig.tenant('acme').sent.at(-1)?.text;
    const answer = async (text: string, number = '+49301') => {
      await rig.sms(text, { conversation: number, contact: { id: number } });
      await rig.clock.advance(5000);
      return last();
    };
    expect(await answer(`My code is ${code}`)).toBe('Please type this code where you asked for it: in the chat.');
    expect(rig.events.map(({ type }) => type)).not.toContain('channel.session.switched');
    // Nobody else learns that there is such a code.
    expect(await answer(code, '+49302')).toBe('Fine.');
    expect(await answer(code === '000000' ? '111111' : '000000')).toBe('Fine.');
    expect((await session.ask(code)).text).toBe('Confirmed. We go on there.');
    const late = await rig.session();
    await invite(rig, late.id);
    const second = codeSent(rig);
    await rig.clock.advance(600_001);
    expect(await answer(second)).toBe('This code is no longer valid. Please ask for a new one in the chat.');
  });

  it('is no question that the bot could not answer, whatever is typed for it', async () => {
    await using rig = await makeRig();
    rig.tenant('acme').models = [fakeModel(saying('[unknown]'))];
    const session = await rig.session();
    await invite(rig, session.id);
    const code = codeSent(rig);
    const wrong = code === '000000' ? '111111' : '000000';
    for (let tries = 0; tries < 6; tries += 1) await session.ask(wrong);
    await session.ask(code);
    await rig.sms(code);
    await rig.clock.advance(600_001);
    await session.ask(`${code} please`);
    await session.ask('Where is my order?');
    expect(rig.store.forTenant('acme').unanswered.since(0, 10)).toMatchObject([{ text: 'Where is my order?' }]);
  });

  it('is not proved by the code of another session, the word on another channel, or another number', async () => {
    await using rig = await makeRig();
    const [one, two] = [await rig.session(), await rig.session()];
    await invite(rig, one.id);
    expect((await two.ask(codeSent(rig))).text).toBe('Fine.');
    rig.tenant('acme').sms = window;
    const invitation = await invite(rig, two.id, '+49 30 1111111');
    if (invitation.method !== 'word') throw new Error('no word');
    expect((await one.ask(invitation.word)).text).toBe(unfit);
    await rig.sms(invitation.word, { conversation: '+4930999999', contact: { id: '+4930999999' } });
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe(unfit);
    expect(rig.events.map(({ type }) => type)).not.toContain('channel.session.switched');
  });

  it.each([
    ['another name', { id: '8', username: 'mallory' }],
    ['no name that the platform tells', { id: '8', name: 'ada_love' }],
    ['no name, where the person says that they have the number', { id: '8', phone: '+49301234567' }],
  ])('of a name is not proved by %s', async (_, contact) => {
    await using rig = await makeRig();
    rig.tenant('acme').sms = window;
    const session = await rig.session();
    const invitation = await invite(rig, session.id, '@ada_love');
    if (invitation.method !== 'word') throw new Error('no word');
    await rig.sms(invitation.word, { conversation: '8', contact });
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe(unfit);
    expect(rig.events.map(({ type }) => type)).not.toContain('channel.session.switched');
    await rig.sms(invitation.word, { conversation: '9', contact: { id: '9', username: 'Ada_Love' } });
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe('Confirmed. We go on here.');
  });

  it('is proved by who has the number under another id of the platform', async () => {
    await using rig = await makeRig();
    const addressForm = {
      read: (written: string) => written,
      words: 'any',
      alike: (id: string) => [id.replace(/^.(....)9/, '$1')],
    };
    rig.tenant('acme').sms = { ...window, addressForm };
    const session = await rig.session();
    const invitation = await invite(rig, session.id, '+5511912345678');
    if (invitation.method !== 'word') throw new Error('no word');
    await rig.sms(invitation.word, { conversation: '551112345678', contact: { id: '551112345678' } });
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe('Confirmed. We go on here.');
  });

  it('is not proved in a group, by whomever', async () => {
    await using rig = await makeRig();
    rig.tenant('acme').sms = window;
    const session = await rig.session();
    const invitation = await invite(rig, session.id, '@ada_love');
    if (invitation.method !== 'word') throw new Error('no word');
    const ada = { id: '9', username: 'ada_love' };
    await rig.sms(invitation.word, { conversation: '-100', contact: ada, audience: 'several' });
    await rig.clock.advance(2000);
    expect(rig.tenant('acme').sent.at(-1)).toMatchObject({
      conversation: '-100',
      text: 'Everybody reads this here. Please send me the word in a private chat.',
    });
    expect(rig.events.map(({ type }) => type)).not.toContain('channel.session.switched');
    await rig.sms(invitation.word, { conversation: '9', contact: ada });
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe('Confirmed. We go on here.');
  });

  it('that was replaced is told so, and a question that only looks like a word is answered', async () => {
    await using rig = await makeRig();
    rig.tenant('acme').sms = window;
    const session = await rig.session();
    const first = await invite(rig, session.id);
    await invite(rig, session.id);
    if (first.method !== 'word') throw new Error('no word');
    await rig.sms(first.word);
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe(unfit);
    await rig.sms('switch adapters');
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe('Fine.');
  });

  it('is refused for a channel that is not there or only listens, in a closed session, and after too many', async () => {
    await using rig = await makeRig();
    const session = await rig.session();
    const web = rig.engine.conversationsOf('acme', 'web');
    for (const channel of ['web', 'fax', '__proto__']) {
      await expect(web.requestSwitch(session.id, { channel, address: '+49301' }, signal)).rejects.toMatchObject({
        code: 'CNV5021',
        status: 409,
      });
    }
    for (let claims = 0; claims < 5; claims += 1) await invite(rig, session.id, `+4930123${claims}`);
    await expect(invite(rig, session.id)).rejects.toMatchObject({ code: 'CNV5022', status: 429 });
    await web.setState(session.id, 'closed', signal);
    await expect(invite(rig, session.id)).rejects.toMatchObject({ code: 'CNV5003' });
  });

  it('does not write to who has opted out', async () => {
    await using rig = await makeRig();
    rig.tenant('acme').sms = { capabilities: { consent: 'opt-out' } };
    await rig.sms('STOP', { consent: 'stop' });
    await rig.clock.advance(1000);
    const sent = rig.tenant('acme').sent.length;
    const session = await rig.session();
    expect(await invite(rig, session.id, '+49301')).toMatchObject({ method: 'word' });
    expect(rig.tenant('acme').sent).toHaveLength(sent);
  });
});
