import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChat } from './chat-client.ts';
import { type Deployment, deploy } from './deployment.ts';
import { files, problem, text } from './lamp-shop.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await deploy({ files });
}, 60_000);
afterAll(() => deployment[Symbol.asyncDispose]());

describe('bad input', () => {
  it.each([
    ['100 kB of text', text('x'.repeat(100_000)), 413, 'WEB3003'],
    ['half a surrogate pair', '{"id":"1","text":"\\ud83d"}', 400, 'WEB3002'],
    ['no JSON', 'Hello', 400, 'WEB3002'],
    ['a list', '[1]', 400, 'WEB3002'],
    ['no id', '{"text":"Hello"}', 400, 'WEB3002'],
  ])('%s is refused with the reason', async (_what, body, status, code) => {
    const chat = await openChat(deployment.url, 'shop');
    await problem(await chat.call('POST', '/messages', { body }), status, code);
  });

  it('is a problem of its sender in 10,000 tries, and the bot answers afterwards', async () => {
    const chat = await openChat(deployment.url, 'shop');
    const bodies = fc.sample(
      fc.oneof(
        fc.json(),
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.record({ id: fc.jsonValue(), text: fc.jsonValue() }).map((value) => JSON.stringify(value)),
        fc.record({ id: fc.constant('x'), attachments: fc.jsonValue() }).map((value) => JSON.stringify(value)),
      ),
      { numRuns: 10_000, seed: 11 },
    );
    const paths = ['/messages', '/messages', '/messages', '/close-not', '/messages?limit=x', ''];
    const statuses = new Map<number, number>();
    const work = async () => {
      for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
        const response = await chat.call('POST', paths[bodies.length % paths.length] ?? '', { body });
        const answer = await response.text();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        if (response.status >= 400)
          expect(JSON.parse(answer)).toMatchObject({ status: response.status, code: expect.any(String) });
      }
    };
    await Promise.all(Array.from({ length: 16 }, work));
    expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(10_000);
    const fresh = await openChat(deployment.url, 'shop');
    expect((await fresh.ask('What does the blue lamp cost?')).reply?.text).toContain('40');
  }, 120_000);
});
