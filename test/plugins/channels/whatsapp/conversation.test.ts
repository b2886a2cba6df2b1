import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeWhatsapp, seededRandom, startFakeWhatsapp } from '../../../kit/index.ts';
import { answersOf, channelUrl, deployShops, eventually } from './lamp-shop.ts';

const person = '16505551234';
const dayMs = 86_400_000;

describe('a conversation on WhatsApp', () => {
  let meta: FakeWhatsapp;
  beforeEach(async () => {
    meta = await startFakeWhatsapp({
      templates: [
        { name: 'we_have_an_answer', language: 'en', parameters: 0 },
        { name: 'your_answer_is', language: 'en_US', parameters: 1 },
      ],
    });
  });
  afterEach(() => meta[Symbol.asyncDispose]());

  it('gives one answer to a question, marks it read and shows that the bot writes', async () => {
    await using deployment = await deployShops([{ tenantId: 'lamps', meta }]);
    const question = meta.message(person, 'What does the blue lamp cost?');
    const [answer] = await meta.deliver(channelUrl(deployment, 'lamps'), { messages: [question] });
    expect(answer?.status).toBe(200);
    await meta.arrived(2);
    expect(meta.sent.map(({ to, type }) => [to, type])).toEqual([
      [person, 'text'],
      [person, 'text'],
    ]);
    expect(meta.sent[0]?.text).toBe('Hello, I am the AI assistant.');
    expect(meta.sent[1]?.text).toContain('40 euros');
    expect(meta.typed).toEqual([question.id]);
    expect(meta.requests.filter(({ refusal }) => refusal !== undefined)).toEqual([]);
  });

  it('marks read what a human has answered, and STOP, without a sign that somebody writes; and what nobody answers not', async () => {
    await using deployment = await deployShops([{ tenantId: 'lamps', meta }]);
    const { conversations } = deployment.application;
    const { signal } = new AbortController();
    await meta.deliver(channelUrl(deployment, 'lamps'), { messages: [meta.message(person, 'STOP')] });
    await meta.arrived(1);
    await eventually(() => expect(meta.read).toHaveLength(1));
    await meta.deliver(channelUrl(deployment, 'lamps'), { messages: [meta.message(person, 'START')] });
    await meta.arrived(2);
    await eventually(() => expect(meta.read).toHaveLength(2));
    const [conversation] = await conversations.list('lamps', {}, signal);
    await conversations.take('lamps', conversation?.id ?? '', signal);
    const question = meta.message(person, 'Is somebody there?');
    await meta.deliver(channelUrl(deployment, 'lamps'), { messages: [question] });
    expect(meta.read).toHaveLength(2);
    await conversations.say('lamps', conversation?.id ?? '', { text: 'I am.' }, signal);
    await eventually(() => expect(meta.read.at(-1)).toBe(question.id));
    await conversations.say('lamps', conversation?.id ?? '', { text: 'What is it?' }, signal);
    await meta.arrived(4);
    expect([meta.read.length, meta.typed]).toEqual([3, []]);
  });

  it('keeps a reaction under what it is to, and does not answer it', async () => {
    await using deployment = await deployShops([{ tenantId: 'lamps', meta }]);
    const url = channelUrl(deployment, 'lamps');
    await meta.deliver(url, { messages: [meta.message(person, 'What does the blue lamp cost?')] });
    await meta.arrived(2);
    const reaction = { message_id: meta.sent[1]?.id, emoji: '👍' };
    const [answer] = await meta.deliver(url, {
      messages: [meta.message(person, { type: 'reaction', reaction })],
      times: 3,
    });
    expect(answer?.status).toBe(200);
    await meta.deliver(url, { messages: [meta.message(person, 'Thank you')] });
    await meta.arrived(3);
    expect(meta.sent).toHaveLength(3);
    const { conversations, messages } = deployment.application.store.forTenant('lamps');
    const { id = '', sessionId = '' } = conversations.byExternalId('whatsapp', person) ?? {};
    const said = messages.recent({ conversationId: id, sessionId }, 10);
    expect(said.map(({ text }) => text)).toEqual([
      'What does the blue lamp cost?',
      ...meta.sent.slice(0, 2).map(({ text }) => text),
      '👍',
      'Thank you',
      meta.sent[2]?.text,
    ]);
    expect(said[3]?.quotes).toContain('40 euros');
  });

  it('answers who hides the telephone number by their user id', async () => {
    await using deployment = await deployShops([{ tenantId: 'lamps', meta }]);
    const question = meta.message({ userId: 'US.13491208655302741918' }, 'What does the blue lamp cost?');
    await meta.deliver(channelUrl(deployment, 'lamps'), { messages: [question] });
    await meta.arrived(2);
    expect(meta.sent.map(({ body }) => [body['recipient'], body['to']])).toEqual([
      ['US.13491208655302741918', undefined],
      ['US.13491208655302741918', undefined],
    ]);
  });

  it('answers each message once, however often and in whatever order it comes, also after a restart', async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'polyphon-whatsapp-'));
    const random = seededRandom(7);
    const people = Array.from({ length: 8 }, (_, index) => `1650555${String(index).padStart(4, '0')}`);
    const messages = people.map((phone) => meta.message(phone, 'What does the blue lamp cost?'));
    const shuffled = (bodies: readonly object[]) =>
      bodies
        .map((body) => ({ body, order: random.next() }))
        .toSorted((a, b) => a.order - b.order)
        .map(({ body }) => body);
    try {
      {
        await using deployment = await deployShops([{ tenantId: 'lamps', meta }], { dataDirectory });
        const answers = await meta.deliver(channelUrl(deployment, 'lamps'), { messages, times: 5, shuffled });
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
        await eventually(() => expect(answersOf(meta)).toHaveLength(people.length));
      }
      await using deployment = await deployShops([{ tenantId: 'lamps', meta }], { dataDirectory });
      await meta.deliver(channelUrl(deployment, 'lamps'), { messages, times: 2, shuffled });
      const one = meta.message('16505559999', 'How long does the delivery take?');
      await meta.deliver(channelUrl(deployment, 'lamps'), { messages: [one] });
      await eventually(() => expect(answersOf(meta)).toHaveLength(people.length + 1));
      expect(
        answersOf(meta)
          .map(({ to }) => to)
          .toSorted(),
      ).toEqual([...people, '16505559999'].toSorted());
    } finally {
      await rm(dataDirectory, { recursive: true, force: true });
    }
  });

  it('counts as sent what Meta tells of by our name for it, although its answer was lost', async () => {
    await using deployment = await deployShops([{ tenantId: 'lamps', meta }]);
    meta.fail({ kind: 'none' }, { kind: 'lost' });
    await meta.deliver(channelUrl(deployment, 'lamps'), {
      messages: [meta.message(person, 'What does the blue lamp cost?')],
    });
    const { outbox } = deployment.application.store.forTenant('lamps');
    await eventually(() => expect(outbox.undelivered({ limit: 10 })).toMatchObject([{ state: 'uncertain' }]));
    const [, answer] = meta.sent;
    const row = outbox.undelivered({ limit: 1 })[0];
    expect(answer?.body['biz_opaque_callback_data']).toBe(row?.id);
    const status = { id: answer?.id ?? '', status: 'sent' as const, to: person, at: meta.now() };
    await meta.deliver(channelUrl(deployment, 'lamps'), { statuses: [status] });
    expect(outbox.byId(row?.id ?? '')).toMatchObject({ state: 'delivered', providerMessageId: answer?.id });
    expect(meta.sent).toHaveLength(2);
  });

  it('sends the template of the bot where the 24 hours have passed', async () => {
    await using deployment = await deployShops([
      { tenantId: 'lamps', meta, config: 'templates: { continue: we_have_an_answer }' },
    ]);
    const old = meta.message(person, 'What does the blue lamp cost?');
    const delivered = meta.deliver(channelUrl(deployment, 'lamps'), { messages: [old] });
    meta.advance(dayMs + 1000);
    await delivered;
    await eventually(() => expect(meta.sent.length).toBeGreaterThan(0));
    expect(meta.sent[0]).toMatchObject({ to: person, type: 'template', text: 'we_have_an_answer' });
  });

  it('sends the mapped template once where Meta tells of a closed window after it took the answer', async () => {
    await using deployment = await deployShops([
      { tenantId: 'lamps', meta, config: 'templates: { continue: we_have_an_answer }' },
    ]);
    const url = channelUrl(deployment, 'lamps');
    await meta.deliver(url, { messages: [meta.message(person, 'What does the blue lamp cost?')] });
    await meta.arrived(2);
    const id = meta.sent[1]?.id ?? '';
    const failed = { id, status: 'failed', to: person, at: meta.sent[1]?.at ?? 0, code: 131047 } as const;
    await meta.deliver(url, { statuses: [failed, failed, failed] });
    await meta.arrived(3);
    await meta.deliver(url, { statuses: [failed] });
    expect(meta.sent.slice(2)).toMatchObject([{ to: person, type: 'template', text: 'we_have_an_answer' }]);
    expect(deployment.application.store.forTenant('lamps').outbox.undelivered({ limit: 10 })).toEqual([]);
  });

  it('puts the answer into the template that asks for it', async () => {
    await using deployment = await deployShops([
      {
        tenantId: 'lamps',
        meta,
        config: 'templates: { continue: { name: your_answer_is, language: en_US, parameters: ["{{ text }}"] } }',
      },
    ]);
    const delivered = meta.deliver(channelUrl(deployment, 'lamps'), {
      messages: [meta.message(person, 'What does the blue lamp cost?')],
    });
    meta.advance(dayMs + 1000);
    await delivered;
    await eventually(() => expect(JSON.stringify(meta.sent.at(-1)?.body)).toContain('40 euros'));
  });

  it('leaves a dead letter with a name where the 24 hours have passed and the bot has no template', async () => {
    await using deployment = await deployShops([{ tenantId: 'lamps', meta }]);
    const delivered = meta.deliver(channelUrl(deployment, 'lamps'), {
      messages: [meta.message(person, 'What does the blue lamp cost?')],
    });
    meta.advance(dayMs + 1000);
    await delivered;
    const { outbox } = deployment.application.store.forTenant('lamps');
    await eventually(() => expect(outbox.undelivered({ limit: 10 }).length).toBeGreaterThan(0));
    expect(outbox.undelivered({ limit: 10 }).map(({ reason }) => reason)).toContain('window-closed');
    expect(meta.sent).toEqual([]);
  });

  it('waits and tries again when Meta asks for it, in order', async () => {
    await using deployment = await deployShops([{ tenantId: 'lamps', meta }]);
    await meta.deliver(channelUrl(deployment, 'lamps'), {
      messages: [meta.message(person, 'How long does the delivery take?')],
    });
    await meta.arrived(2);
    meta.fail({ kind: 'answer', status: 503 });
    await meta.deliver(channelUrl(deployment, 'lamps'), {
      messages: [meta.message(person, 'What does the blue lamp cost?')],
    });
    await meta.arrived(3);
    expect(meta.sent[2]?.text).toContain('40 euros');
  }, 40_000);

  it('does not say again what may have arrived', async () => {
    await using deployment = await deployShops([{ tenantId: 'lamps', meta }]);
    await meta.deliver(channelUrl(deployment, 'lamps'), {
      messages: [meta.message(person, 'How long does the delivery take?')],
    });
    await meta.arrived(2);
    meta.fail({ kind: 'lost' });
    await meta.deliver(channelUrl(deployment, 'lamps'), {
      messages: [meta.message(person, 'What does the blue lamp cost?')],
    });
    await meta.arrived(3);
    await meta.deliver(channelUrl(deployment, 'lamps'), {
      messages: [meta.message(person, 'How long does the delivery take?')],
    });
    await meta.arrived(4);
    expect(meta.sent.filter(({ text }) => text.includes('40 euros'))).toHaveLength(1);
  });

  it('tells operators what became of each answer, whatever order the statuses come in', async () => {
    await using deployment = await deployShops([{ tenantId: 'lamps', meta }]);
    const url = channelUrl(deployment, 'lamps');
    await meta.deliver(url, { messages: [meta.message(person, 'What does the blue lamp cost?')] });
    await meta.arrived(2);
    const [greeting, answer] = meta.sent.map(({ id }) => id);
    const told = (id = '', status: 'sent' | 'delivered' | 'read' | 'failed', code?: number) =>
      ({ id, status, to: person, at: meta.now(), ...(code === undefined ? {} : { code }) }) as const;
    await meta.deliver(url, {
      statuses: [
        told(answer, 'read'),
        told(answer, 'delivered'),
        told(answer, 'sent'),
        told(greeting, 'failed', 131026),
      ],
      times: 2,
    });
    const { deliveryStatuses } = deployment.application.store.forTenant('lamps');
    expect(deliveryStatuses.find('whatsapp', answer ?? '')).toMatchObject({ status: 'read' });
    expect(deliveryStatuses.find('whatsapp', greeting ?? '')).toMatchObject({
      status: 'failed',
      reason: '131026 undeliverable',
    });
  });

  it('takes a pressed button as what its label says', async () => {
    await using deployment = await deployShops([{ tenantId: 'lamps', meta }]);
    const reply = { type: 'button_reply', button_reply: { id: 'price', title: 'What does the blue lamp cost?' } };
    await meta.deliver(channelUrl(deployment, 'lamps'), {
      messages: [meta.message(person, { type: 'interactive', interactive: reply })],
    });
    await eventually(() => expect(answersOf(meta)[0]?.text).toContain('40 euros'));
  });

  it('of one bot is none of the business of another', async () => {
    await using other = await startFakeWhatsapp({
      phoneNumberId: '104500000000009',
      accessToken: 'EAAotherToken',
      appSecret: 'another-app-secret',
      verifyToken: 'another-verify-token',
    });
    await using deployment = await deployShops([
      { tenantId: 'lamps', meta },
      { tenantId: 'candles', meta: other },
    ]);
    const question = 'What does the blue lamp cost?';
    await Promise.all([
      meta.deliver(channelUrl(deployment, 'lamps'), { messages: [meta.message(person, question)] }),
      other.deliver(channelUrl(deployment, 'candles'), { messages: [other.message(person, question)] }),
    ]);
    await Promise.all([meta.arrived(2), other.arrived(2)]);
    expect(meta.sent[1]?.text).toContain('at lamps');
    expect(other.sent[1]?.text).toContain('at candles');

    const strange = await meta.deliver(channelUrl(deployment, 'candles'), {
      messages: [meta.message(person, question)],
    });
    expect(strange.map(({ status }) => status)).toEqual([401]);
    expect([meta.sent.length, other.sent.length]).toEqual([2, 2]);
    expect(JSON.stringify(meta.requests)).not.toContain('EAAotherToken');
    expect(JSON.stringify(other.requests)).not.toContain(meta.accessToken);
  });

  it('reaches no log line, and the secrets do not either', async () => {
    await using deployment = await deployShops([{ tenantId: 'lamps', meta }]);
    meta.fail({ kind: 'answer', status: 400, code: 131026 });
    await meta.deliver(channelUrl(deployment, 'lamps'), {
      messages: [
        meta.message(person, 'My canary word is marzipan.'),
        meta.message(person, { type: 'revoke', revoke: { original_message_id: 'wamid.1' } }),
      ],
    });
    await meta.arrived(1);
    await eventually(() => expect(deployment.lines.join('')).toContain('Meta refused a message.'));
    expect(deployment.lines.join('')).toContain('was left out');
    for (const hidden of ['marzipan', 'Sheena', meta.accessToken, meta.appSecret, meta.verifyToken]) {
      expect(deployment.lines.join('')).not.toContain(hidden);
    }
  });
});
