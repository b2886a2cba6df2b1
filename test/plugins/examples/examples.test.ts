import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import type { Plugin, Ports } from '../../../core/contract/index.ts';
import { systemClock, systemRandom } from '../../../core/kernel/system.ts';
import { never, openHashed, openKnowledge, recordingLog } from '../../core/knowledge/tenant-knowledge.ts';
import { fakeHttp } from '../../kit/fake-http.ts';

const guide = readFileSync(new URL('../../../plugins/README.md', import.meta.url), 'utf8');

/** The example as the guide shows it, opened over a network that answers by itself. */
async function open<Kind extends 'source' | 'tool' | 'reranker'>(
  file: string,
  answer: (url: URL, method: string) => Response,
): Promise<{ readonly port: Ports[Kind]; readonly asked: readonly string[] }> {
  const address = new URL(file, import.meta.url);
  expect(guide).toContain(`\`\`\`js\n${readFileSync(address, 'utf8')}\`\`\``);
  const { plugin } = (await import(address.href)) as { plugin: Plugin<Kind> };
  const asked: string[] = [];
  const context: unknown = {
    config: { url: 'https://shop.example/notice' },
    tenantId: 'shop',
    key: 'example',
    log: recordingLog(),
    clock: systemClock,
    random: systemRandom,
    signal: never,
    ports: {},
    own: (resource: unknown) => resource,
    http: fakeHttp(async (url, { method = 'GET' }) => {
      asked.push(`${method} ${url}`);
      return answer(new URL(url), method);
    }),
  };
  return { port: await plugin.open(context as Parameters<typeof plugin.open>[0]), asked };
}

it('the source of the guide is read once, and again only when its version is another', async () => {
  let etag = '"1"';
  const { port, asked } = await open<'source'>('./notice.js', (_url, method) =>
    method === 'HEAD'
      ? new Response(null, { headers: { etag } })
      : new Response('<h1>Notice</h1><p>We are closed on Friday.</p>'),
  );
  const bench = await openKnowledge();
  onTestFinished(() => bench[Symbol.asyncDispose]());
  const request = {
    tenantId: 'shop',
    sources: new Map([['notice', port]]),
    embedding: await openHashed(),
    languages: ['en'],
  };
  const ingest = () => bench.knowledge.ingest(request, { mode: 'apply' }, never);
  expect(await ingest()).toMatchObject({ added: 1, failures: [] });
  expect(await ingest()).toMatchObject({ added: 0, unchanged: 1 });
  expect(asked.filter((line) => line.startsWith('GET'))).toHaveLength(1);
  etag = '"2"';
  expect(await ingest()).toMatchObject({ changed: 0, unchanged: 1 });
  expect(asked.filter((line) => line.startsWith('GET'))).toHaveLength(2);
});

it('the tool of the guide answers, and says so when it cannot', async () => {
  const { port } = await open<'tool'>('./stock.js', (url) =>
    url.searchParams.get('article') === 'blue lamp' ? new Response('7') : new Response('', { status: 500 }),
  );
  expect(port.functions).toMatchObject([{ name: 'look_up', parameters: { required: ['article'] } }]);
  const call = { conversation: 'c', contactId: 'p', language: 'en', signal: never };
  expect(await port.call('look_up', { article: 'blue lamp' }, call)).toEqual({ result: '7' });
  expect(await port.call('look_up', { article: 'x' }, call)).toEqual({ result: 'The stock is not known now.' });
});

it('the reranker of the guide gives a score to each passage', async () => {
  const { port, asked } = await open<'reranker'>('./judge.js', () => Response.json([0.2, 0.9]));
  expect(await port.rerank('When?', ['Never.', 'At nine.'], never)).toEqual([
    { index: 0, score: 0.2 },
    { index: 1, score: 0.9 },
  ]);
  expect(asked).toEqual(['POST https://shop.example/notice']);
});
