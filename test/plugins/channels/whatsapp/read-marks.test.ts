import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeWhatsapp, startFakeWhatsapp } from '../../../kit/index.ts';
import type { Deployment } from '../../../whole/deployment.ts';
import { channelUrl, deployShops, eventually } from './lamp-shop.ts';

const question = 'What does the blue lamp cost?';
const person = '16505551234';

describe.each(['answered', 'received', 'never'] as const)('with markRead: %s', (markRead) => {
  let meta: FakeWhatsapp;
  let deployment: Deployment;
  beforeEach(async () => {
    meta = await startFakeWhatsapp({ templates: [{ name: 'plain_v1', language: 'en', parameters: 0 }] });
    deployment = await deployShops([{ tenantId: 'lamps', meta, config: `markRead: ${markRead}` }]);
  });
  afterEach(async () => {
    await deployment[Symbol.asyncDispose]();
    await meta[Symbol.asyncDispose]();
  });

  async function says(content: Parameters<FakeWhatsapp['message']>[1]): Promise<string> {
    const message = meta.message(person, content);
    await meta.deliver(channelUrl(deployment, 'lamps'), { messages: [message] });
    return message.id;
  }
  async function post(path: string, body: object = {}): Promise<void> {
    const headers = { authorization: `Bearer ${deployment.adminToken}`, 'content-type': 'application/json' };
    const response = await fetch(`${deployment.url}/v1/lamps/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    expect(response.ok).toBe(true);
  }
  const isRead = (id: string) => meta.read.includes(id);

  it('marks what the bot takes up, what a human answers and STOP as it says', async () => {
    const isNever = markRead === 'never';
    const asked = await says(question);
    await meta.arrived(2);
    await eventually(() => expect([isRead(asked), meta.typed.includes(asked)]).toEqual([!isNever, !isNever]));

    const [conversation] = deployment.application.store.forTenant('lamps').conversations.list({ limit: 1 });
    await post(`conversations/${conversation?.id}/take`);
    const toHuman = await says('Is anybody there?');
    const reaction = await says({ type: 'reaction', reaction: { emoji: '👍', message_id: meta.sent[0]?.id } });
    await post(`whatsapp/sessions/${conversation?.sessionId}/templates`, { template: 'plain_v1', language: 'en' });
    await meta.arrived(3);
    await eventually(() => expect(isRead(toHuman)).toBe(markRead === 'received'));
    await post(`conversations/${conversation?.id}/messages`, { text: 'I am.' });
    await meta.arrived(4);
    await eventually(() => expect(isRead(toHuman)).toBe(!isNever));
    const order = meta.requests.map(({ body }) => JSON.stringify(body));
    const [answeredAt, readAt] = ['I am.', toHuman].map((words) => order.findIndex((body) => body?.includes(words)));
    if (!isNever) expect(Number(readAt) > Number(answeredAt)).toBe(markRead === 'answered');

    const stop = await says('STOP');
    await meta.arrived(5);
    await eventually(() => expect(isRead(stop)).toBe(!isNever));
    const afterwards = await says('Hello?');
    await eventually(() => expect(isRead(afterwards)).toBe(markRead === 'received'));
    expect(meta.typed).toEqual(isNever ? [] : [asked]);
    expect(isRead(reaction)).toBe(false);
    // Each once, and what a turn takes up early once more with the sign.
    const once = new Set(meta.read);
    expect(meta.read.length - once.size).toBeLessThanOrEqual(markRead === 'received' ? 1 : 0);
  });
});
