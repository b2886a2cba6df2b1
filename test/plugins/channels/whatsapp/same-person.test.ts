import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeWhatsapp, startFakeWhatsapp } from '../../../kit/index.ts';
import type { Deployment } from '../../../whole/deployment.ts';
import { answersOf, channelUrl, deployShops, eventually } from './lamp-shop.ts';

const question = 'What does the blue lamp cost?';
const userId = 'BR.13491208655302741918';

describe('somebody with several ids', () => {
  let meta: FakeWhatsapp;
  let deployment: Deployment;
  beforeEach(async () => {
    meta = await startFakeWhatsapp({
      templates: [{ name: 'plain_v1', language: 'en', parameters: 0 }],
      waIds: { '5511912345678': '551112345678' },
    });
    deployment = await deployShops([{ tenantId: 'lamps', meta }]);
  });
  afterEach(async () => {
    await deployment[Symbol.asyncDispose]();
    await meta[Symbol.asyncDispose]();
  });

  const store = () => deployment.application.store.forTenant('lamps');
  const conversations = () => store().conversations.list({ limit: 10 });
  const says = (from: Parameters<FakeWhatsapp['message']>[0], content: Parameters<FakeWhatsapp['message']>[1]) =>
    meta.deliver(channelUrl(deployment, 'lamps'), { messages: [meta.message(from, content)] });
  async function post(path: string, body: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${channelUrl(deployment, 'lamps')}/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${deployment.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, unknown>;
  }
  async function sessionOf(id: unknown): Promise<{ readonly messages: readonly { readonly delivery: object }[] }> {
    const headers = { authorization: `Bearer ${deployment.adminToken}` };
    const response = await fetch(`${channelUrl(deployment, 'lamps')}/sessions/${id}`, { headers });
    return (await response.json()) as { readonly messages: readonly { readonly delivery: object }[] };
  }
  const changes = (from: string, to: string) => ({
    type: 'system',
    system: { type: 'user_changed_number', wa_id: to, body: `User A changed from ${from} to ${to}` },
  });

  it('answers in the conversation that was begun under the number as it is dialled', async () => {
    const { session } = await post('sessions', { to: '+55 11 91234-5678' });
    await post(`sessions/${session}/templates`, { template: 'plain_v1', language: 'en' });
    await meta.arrived(1);
    await eventually(() => expect(conversations()[0]?.externalId).toBe('551112345678'));
    await says('551112345678', question);
    await eventually(() => expect(answersOf(meta).at(-1)?.text).toContain('40 euros'));
    expect(conversations()).toHaveLength(1);
    expect(conversations()[0]?.sessionId).toBe(session);
    expect(await post('sessions', { to: '+5511912345678' })).toMatchObject({ session });
    expect(conversations()).toHaveLength(1);
  });

  it('is known by what Meta tells of a message whose answer was lost', async () => {
    const { session } = await post('sessions', { to: '+55 11 91234-5678' });
    meta.fail({ kind: 'lost' });
    await post(`sessions/${session}/templates`, { template: 'plain_v1', language: 'en' });
    await meta.arrived(1);
    const [{ id = '' } = {}] = meta.sent;
    expect(conversations()[0]?.externalId).toBe('5511912345678');
    const status = { id, status: 'sent', to: '551112345678', userId, at: meta.now() } as const;
    await meta.deliver(channelUrl(deployment, 'lamps'), { statuses: [status] });
    expect(conversations()[0]?.externalId).toBe('551112345678');
    await says({ userId }, 'STOP');
    await meta.arrived(2);
    await post(`sessions/${session}/templates`, { template: 'plain_v1', language: 'en' });
    expect(conversations()).toHaveLength(1);
    const { messages } = await sessionOf(session);
    expect(messages.at(-1)?.delivery).toMatchObject({ status: 'dead', reason: 'opted-out' });
  });

  it('gets nothing after STOP where a program writes to the number as it is dialled', async () => {
    await says('551112345678', 'STOP');
    await meta.arrived(1);
    const { session } = await post('sessions', { to: '+55 11 91234-5678' });
    const sent = await post(`sessions/${session}/templates`, { template: 'plain_v1', language: 'en' });
    expect(sent).toMatchObject({ delivery: { status: 'dead', reason: 'opted-out' } });
    await says('551112345678', 'START');
    await meta.arrived(2);
    await post(`sessions/${session}/templates`, { template: 'plain_v1', language: 'en' });
    await meta.arrived(3);
    expect(meta.sent.at(-1)?.type).toBe('template');
  });

  it('goes on where the telephone number is hidden, and gets nothing after STOP under either; START under either ends it', async () => {
    await says({ phone: '551112345678', userId }, question);
    await meta.arrived(2);
    await says({ phone: '551112345678', userId }, 'STOP');
    await meta.arrived(3);
    await says({ userId }, question);
    await says({ userId }, 'Is anybody there?');
    await says({ userId }, 'START');
    await meta.arrived(4);
    await says({ userId }, question);
    await meta.arrived(5);
    expect(meta.sent.slice(3).map(({ text }) => text)).toEqual([
      expect.stringContaining('You will get messages here.'),
      expect.stringContaining('40 euros'),
    ]);
    await says({ phone: '551112345678', userId }, question);
    await meta.arrived(6);
    expect(conversations().map(({ externalId }) => externalId)).toEqual(['551112345678']);
  });

  it('goes on under a new number, STOP too; whoever gets the old number is a stranger', async () => {
    await says('16505551234', question);
    await meta.arrived(2);
    await says('16505551234', 'STOP');
    await meta.arrived(3);
    await says('16505551234', changes('16505551234', '12195555358'));
    await eventually(() => expect(conversations()[0]?.externalId).toBe('12195555358'));
    await says('12195555358', question);
    await says('16505551234', question);
    await eventually(() =>
      expect(answersOf(meta).at(-1)).toMatchObject({ to: '16505551234', text: expect.stringContaining('40 euros') }),
    );
    expect(meta.sent.filter(({ to }) => to === '12195555358')).toEqual([]);
    expect(new Set(conversations().map(({ contactId }) => contactId))).toHaveProperty('size', 2);
  });

  const hides = (told: object) => ({ type: 'system', system: { type: 'user_changed_user_id', ...told } });

  it('goes on under a new user id, which alone is told of who hides the number; STOP too', async () => {
    const next = 'BR.99991208655302741918';
    await says({ phone: '551112345678', userId }, question);
    await meta.arrived(2);
    await says({ userId }, 'STOP');
    await meta.arrived(3);
    await says({ userId: next }, hides({ previous_user_id: userId, user_id: next }));
    await says({ userId: next }, question);
    await says({ userId: next }, 'START');
    await meta.arrived(4);
    await says({ userId: next }, question);
    await meta.arrived(5);
    expect(meta.sent.slice(3).map(({ text }) => text)).toEqual([
      expect.stringContaining('You will get messages here.'),
      expect.stringContaining('40 euros'),
    ]);
    expect(conversations()).toHaveLength(1);
  });

  it('is one person also where the new number has written before Meta tells of it; whoever gets the old one is a stranger', async () => {
    await says('16505551234', question);
    await meta.arrived(2);
    await says('12195555358', question);
    await meta.arrived(4);
    await says('16505551234', 'STOP');
    await meta.arrived(5);
    await says('16505551234', changes('16505551234', '12195555358'));
    await eventually(() => expect(new Set(conversations().map(({ contactId }) => contactId)).size).toBe(1));
    await says('12195555358', question);
    await says('16505551234', question);
    await meta.arrived(7);
    expect(meta.sent.slice(5).map(({ to }) => to)).toEqual(['16505551234', '16505551234']);
    expect(conversations()).toHaveLength(3);
  });

  it('gets at the new number what waited for the old one', async () => {
    await says('16505551234', question);
    await meta.arrived(2);
    meta.fail({ kind: 'answer', status: 503, code: 2 });
    await says('16505551234', question);
    await eventually(() => expect(meta.requests.at(-1)?.refusal).toMatchObject({ status: 503 }));
    await says('16505551234', changes('16505551234', '12195555358'));
    await says('12195555358', { type: 'reaction', reaction: { emoji: '👍', message_id: meta.sent.at(-1)?.id } });
    await meta.arrived(3);
    expect(meta.sent.at(-1)).toMatchObject({ to: '12195555358', text: expect.stringContaining('40 euros') });
  });
});
