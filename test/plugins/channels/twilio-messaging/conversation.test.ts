import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  callTwilioWebhook,
  type FakeTwilio,
  fakeTwilioFields,
  fakeTwilioSid,
  fakeTwilioSignature,
  seededRandom,
  startFakeTwilio,
} from '../../../kit/index.ts';
import type { Deployment } from '../../../whole/deployment.ts';
import {
  answersOf,
  deployShops,
  eventually,
  greeting,
  listensAt,
  publicOrigin,
  statusesOf,
  webhookOf,
} from './candle-shop.ts';

const person = '+491701234567';
const number = '+4930111222';
const question = 'What does the red candle cost?';
const emptyReply = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

let counted = 0;
const message = (body: string, from = person, tenantId = 'candles') => {
  counted += 1;
  return { url: webhookOf(tenantId), sid: fakeTwilioSid('SM', `inbound ${counted}`), from, to: number, body };
};

describe('a conversation by SMS', () => {
  let twilio: FakeTwilio;
  beforeEach(async () => {
    twilio = await startFakeTwilio({ numbers: [number, '+4930333444'] });
  });
  afterEach(() => twilio[Symbol.asyncDispose]());

  it('gives one answer to a question, by REST, and an empty one to the webhook', async () => {
    await using _ = await deployShops([{ tenantId: 'candles', twilio }]);
    const [answer] = await twilio.receive(message(question));
    expect(answer).toEqual({ status: 200, contentType: 'text/xml; charset=utf-8', body: emptyReply });
    await twilio.saw(2);
    expect(twilio.sent.map(({ to, from }) => [to, from])).toEqual([
      [person, number],
      [person, number],
    ]);
    expect(twilio.sent[0]?.body).toBe(greeting);
    expect(twilio.sent[1]?.body).toContain('7 euros');
    expect(twilio.sent[1]?.form['StatusCallback']).toContain(`${publicOrigin}/v1/candles/sms/status?message=out_`);
    expect(twilio.requests.filter(({ refusal }) => refusal !== undefined)).toEqual([]);
  });

  it('answers each message once, however often and in whatever order it comes, also after a restart', async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'polyphon-twilio-'));
    const random = seededRandom(11);
    const people = Array.from({ length: 8 }, (_, index) => `+49170555${String(index).padStart(4, '0')}`);
    const messages = people.map((from) => message(question, from));
    const deliver = async (times: number) => {
      const all = messages
        .flatMap((each) => Array.from({ length: times }, () => ({ each, order: random.next() })))
        .toSorted((a, b) => a.order - b.order);
      const answers = await Promise.all(all.map(({ each }) => twilio.receive(each)));
      expect(statusesOf(answers.flat())).toEqual(new Set([200]));
    };
    try {
      {
        await using _ = await deployShops([{ tenantId: 'candles', twilio }], { dataDirectory });
        await deliver(5);
        await eventually(() => expect(answersOf(twilio)).toHaveLength(people.length));
      }
      await using _ = await deployShops([{ tenantId: 'candles', twilio }], { dataDirectory });
      await deliver(2);
      await twilio.receive(message('How long does the delivery take?', '+491705559999'), 3);
      await eventually(() => expect(answersOf(twilio)).toHaveLength(people.length + 1));
      expect(
        answersOf(twilio)
          .map(({ to }) => to)
          .toSorted(),
      ).toEqual([...people, '+491705559999'].toSorted());
    } finally {
      await rm(dataDirectory, { recursive: true, force: true });
    }
  });

  it('keeps the order of what a person says, and of what is answered', async () => {
    await using _ = await deployShops([{ tenantId: 'candles', twilio }]);
    for (const body of [question, 'How long does the delivery take?', question]) {
      await twilio.receive(message(body));
      await eventually(() => expect(answersOf(twilio).length).toBeGreaterThan(0));
    }
    await eventually(() => expect(answersOf(twilio)).toHaveLength(3));
    expect(answersOf(twilio).map(({ body }) => /7 euros|two days/.exec(body)?.[0])).toEqual([
      '7 euros',
      'two days',
      '7 euros',
    ]);
  });

  it('falls silent at STOP, confirms at most that, and speaks again after START', async () => {
    await using _ = await deployShops([{ tenantId: 'candles', twilio }]);
    await twilio.receive(message(question));
    await twilio.saw(2);
    await twilio.receive(message('Stop'));
    await twilio.receive(message(question));
    const other = '+491709999999';
    await twilio.receive(message(question, other));
    await eventually(() => expect(answersOf(twilio).some(({ to }) => to === other)).toBe(true));
    const heard = () => twilio.sent.filter(({ to, body }) => to === person && body.includes('7 euros'));
    expect(heard()).toHaveLength(1);
    await twilio.receive(message('START'));
    await twilio.receive(message(question));
    await eventually(() => expect(heard()).toHaveLength(2));
  });

  it('tells a failure that Twilio reports later by its name, and takes no news twice', async () => {
    await using deployment = await deployShops([{ tenantId: 'candles', twilio }]);
    const failures: string[] = [];
    using _ = deployment.application.events.subscribe('candles', (event) => {
      if (event.type === 'delivery.failed') failures.push(event.reason);
    });
    await twilio.receive(message(question));
    await twilio.saw(2);
    const sid = twilio.sent[1]?.sid ?? '';
    const tell = async (status: string, code?: number) => (await twilio.report(sid, status, code))?.status;
    for (const early of ['queued', 'sending', 'sent']) expect(await tell(early)).toBe(200);
    expect(failures).toEqual([]);
    expect(await tell('undelivered', 30005)).toBe(200);
    await eventually(() => expect(failures).toEqual(['30005 unknown-number']));
    expect(await tell('undelivered', 30005)).toBe(200);
    expect(await tell('sent')).toBe(200);
    expect(failures).toHaveLength(1);
  });

  it('makes a dead letter of what Twilio could not bring, and says it again when an operator wants it', async () => {
    await using deployment = await deployShops([{ tenantId: 'candles', twilio }]);
    const { conversations } = deployment.application;
    const { signal } = new AbortController();
    await twilio.receive(message(question));
    await twilio.saw(2);
    await twilio.report(twilio.sent[1]?.sid ?? '', 'undelivered', 30003);
    const [letter] = await conversations.deadLetters('candles', {}, signal);
    expect(letter).toMatchObject({ state: 'dead', reason: '30003 unreachable' });
    await conversations.retryDeadLetter('candles', letter?.id ?? '', signal);
    await twilio.saw(3);
    expect(twilio.sent.map(({ body }) => body.includes('7 euros'))).toEqual([false, true, true]);
  });

  it('invites once where Twilio tells of a closed window after it took the answer, which is said when the person writes', async () => {
    const contentSid = `HX${'0'.repeat(32)}`;
    const from = 'whatsapp:+15550001111';
    await using whatsapp = await startFakeTwilio({ numbers: [from] });
    const config = `templates: { continue: "${contentSid}" }`;
    await using deployment = await deployShops([{ tenantId: 'candles', twilio: whatsapp, from, config }]);
    const write = async () => await whatsapp.receive({ ...message(question, `whatsapp:${person}`), to: from });
    await write();
    await whatsapp.saw(2);
    const answer = whatsapp.sent[1]?.form['Body'];
    const report = async (index: number) => await whatsapp.report(whatsapp.sent[index]?.sid ?? '', 'failed', 63016);
    await report(1);
    await report(1);
    await whatsapp.saw(3);
    expect(whatsapp.sent[2]?.form).toMatchObject({ To: `whatsapp:${person}`, ContentSid: contentSid });
    await write();
    await whatsapp.saw(5);
    expect(whatsapp.sent.slice(3).map(({ form }) => form['Body'])).toEqual([answer, answer]);
    expect(await deployment.application.conversations.deadLetters('candles', {}, new AbortController().signal)).toEqual(
      [],
    );
  });

  it('waits and goes on in order when Twilio asks for it, and does not say again what may have arrived', async () => {
    await using _ = await deployShops([{ tenantId: 'candles', twilio }]);
    await twilio.receive(message('How long does the delivery take?'));
    await twilio.saw(2);
    twilio.meet({ kind: 'refuse', status: 429, code: 20429, message: 'Too many requests', retryAfterSeconds: 1 });
    await twilio.receive(message(question));
    await eventually(() => expect(twilio.sent.at(-1)?.body).toContain('7 euros'));
    const before = twilio.sent.length;
    twilio.meet({ kind: 'reset after delivery' });
    await twilio.receive(message('How long does the delivery take?'));
    await twilio.saw(before + 1);
    await twilio.receive(message(question));
    await twilio.saw(before + 2);
    // It was asked twice: the one whose answer was lost on the way back is not said again.
    expect(twilio.sent.filter(({ body }) => body.includes('two days'))).toHaveLength(2);
  });

  it('of one bot is none of the business of another, on the same account too', async () => {
    await using deployment = await deployShops([
      { tenantId: 'candles', twilio },
      { tenantId: 'lamps', twilio, from: '+4930333444' },
    ]);
    const forLamps = { ...message(question, person, 'lamps'), to: '+4930333444' };
    await Promise.all([twilio.receive(message(question)), twilio.receive(forLamps)]);
    await twilio.saw(4);
    for (const { from, body } of answersOf(twilio)) {
      expect(body).toContain(from === number ? 'at candles' : 'at lamps');
    }
    // What was signed for one address is wrong at another.
    const fields = fakeTwilioFields(message(question), twilio.accountSid);
    const signature = fakeTwilioSignature(twilio.authToken, webhookOf('candles'), fields);
    const through = listensAt(deployment);
    const strange = await callTwilioWebhook({ url: webhookOf('lamps'), through, fields, authToken: '', signature });
    expect(strange.status).toBe(401);
    expect(answersOf(twilio)).toHaveLength(2);
  });

  it('is not answered from another number than it was written to, and each such number is named once', async () => {
    await using deployment = await deployShops([{ tenantId: 'candles', twilio }]);
    const astray = { to: '+4930999888' };
    await twilio.receive({ ...message(question), ...astray });
    await twilio.receive({ ...message(question), ...astray });
    await twilio.receive(message('How long does the delivery take?'));
    await eventually(() => expect(answersOf(twilio)).toHaveLength(1));
    expect(answersOf(twilio)[0]?.body).toContain('two days');
    const named = deployment.lines.filter((line) => line.includes('+4930999888') || line.includes('another number'));
    expect(named.filter((line) => line.includes('was left out'))).toHaveLength(1);
  });

  it('is refused 500 times with wrong signatures, and not a row is written', async () => {
    await using deployment = await deployShops([{ tenantId: 'candles', twilio }]);
    const before = rowsIn(deployment);
    const random = seededRandom(5);
    const wrong = (index: number) => {
      const fields = fakeTwilioFields(message(`Attempt ${index}`), twilio.accountSid);
      const url = index % 5 === 4 ? webhookOf('candles').replace('webhook', 'status') : webhookOf('candles');
      const right = fakeTwilioSignature(twilio.authToken, url, fields);
      const signature = [
        'none',
        right.slice(0, Math.floor(random.next() * right.length)),
        fakeTwilioSignature('a-token-of-somebody-else', url, fields),
        fakeTwilioSignature(twilio.authToken, url.replace('candles', 'lamps'), fields),
        fakeTwilioSignature(twilio.authToken, url, { ...fields, Body: 'Another text' }),
        right.toUpperCase(),
        'é'.repeat(14),
      ][index % 7];
      return { url, through: listensAt(deployment), fields, authToken: '', signature: encodeURI(signature ?? 'none') };
    };
    for (let start = 0; start < 500; start += 25) {
      const calls = Array.from({ length: 25 }, (_, offset) => callTwilioWebhook(wrong(start + offset)));
      expect(statusesOf(await Promise.all(calls))).toEqual(new Set([401]));
    }
    expect(rowsIn(deployment)).toEqual(before);
    expect(twilio.requests).toEqual([]);
    // And the right one is taken.
    expect(statusesOf(await twilio.receive(message(question)))).toEqual(new Set([200]));
  });

  it('reaches no log line, and the secrets do not either', async () => {
    await using deployment = await deployShops([{ tenantId: 'candles', twilio }]);
    twilio.meet({ kind: 'refuse', status: 400, code: 21211, message: `no ${twilio.authToken}` });
    await twilio.receive(message('My canary word is marzipan.'));
    const [leftOut] = await twilio.receive({ ...message(''), fields: { MessageType: 'reaction' } });
    expect(leftOut).toEqual({ status: 200, contentType: 'text/xml; charset=utf-8', body: emptyReply });
    await eventually(() => expect(deployment.lines.join('')).toContain('Twilio did not take a message'));
    expect(deployment.lines.join('')).toContain('was left out');
    const basic = Buffer.from(`${twilio.accountSid}:${twilio.authToken}`).toString('base64');
    for (const hidden of ['marzipan', twilio.authToken, twilio.accountSid, basic, person]) {
      expect(deployment.lines.join('')).not.toContain(hidden);
    }
  });
});

describe('a conversation on WhatsApp through Twilio', () => {
  it('is answered at the WhatsApp address', async () => {
    await using twilio = await startFakeTwilio({ numbers: ['whatsapp:+15550001111'] });
    await using _ = await deployShops([{ tenantId: 'candles', twilio, from: 'whatsapp:+15550001111' }]);
    const told = { ...message(question, `whatsapp:${person}`), to: 'whatsapp:+15550001111' };
    await twilio.receive({ ...told, fields: { ProfileName: 'Sheena' } });
    await twilio.saw(2);
    expect(twilio.sent[1]).toMatchObject({ to: `whatsapp:${person}`, from: 'whatsapp:+15550001111' });
    expect(twilio.sent[1]?.body).toContain('7 euros');
  });
});

/** How many rows of what people say there are. */
function rowsIn(deployment: Deployment): Readonly<Record<string, number>> {
  const database = new Database(join(deployment.dataDirectory, 'polyphon.db'), { readonly: true });
  try {
    return Object.fromEntries(
      ['contacts', 'conversations', 'identities', 'inbox', 'messages', 'outbox', 'sessions', 'turns'].map((table) => [
        table,
        (database.prepare(`select count(*) as rows from ${table}`).get() as { readonly rows: number }).rows,
      ]),
    );
  } finally {
    database.close();
  }
}
