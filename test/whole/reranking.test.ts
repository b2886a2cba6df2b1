import { expect, it, onTestFinished } from 'vitest';
import { type FakeRerankerOptions, startFakeReranker } from '../kit/fake-reranker.ts';
import { openChat } from './chat-client.ts';
import { deploy } from './deployment.ts';

const never = new AbortController().signal;
const question = 'How long is the guarantee for a lamp?';

/** Both speak of the guarantee in the same words; only one answers. */
const files = {
  'shop/knowledge/a.md':
    '# Guarantee\n\nThe guarantee for a lamp: long is the list of what we are asked about a lamp.\n',
  'shop/knowledge/b.md': '# Service\n\nFor every lamp you buy the guarantee is 24 months.\n',
  'shop/.secrets.yaml': 'rerank_key: rk-test\n',
};

async function startShop(options: FakeRerankerOptions = {}, more = '') {
  const service = await startFakeReranker({
    judge: (_asked, text) => (text.includes('24 months') ? 3 : -3),
    ...options,
  });
  onTestFinished(() => service[Symbol.asyncDispose]());
  const bot = `polyphon: 1
name: Shop
knowledge: { facts: { use: files, with: { path: "knowledge/*.md" } } }
retrieval:
  with: { topK: 1 }
  rerank:
    use: http
    with: { url: "${service.origin}/v2/rerank", model: rerank-v3.5, apiKey: "\${secret:rerank_key}"${more} }
    candidates: 10
channels: { web: { use: web-chat } }
`;
  const deployment = await deploy({
    files: { ...files, 'shop/bot.yaml': bot },
    settings: `polyphon: 1\nhttp: { allowPrivate: ["${service.address}"] }\n`,
  });
  onTestFinished(() => deployment[Symbol.asyncDispose]());
  const { kernel } = deployment.application;
  const found = async () => (await kernel.search('shop', { text: question }, never)).map(({ document }) => document);
  return { service, deployment, kernel, found };
}

it('orders what a turn answers from, by the key of the tenant', async () => {
  const { service, deployment, found } = await startShop();
  const chat = await openChat(deployment.url, 'shop');
  const { reply, turn } = await chat.ask(question);
  expect(reply?.text).toContain('24 months');
  expect(reply?.citations).toMatchObject([{ document: 'knowledge/b.md' }]);
  expect(service.requests).toHaveLength(1);
  expect(service.requests[0]).toMatchObject({
    headers: { authorization: 'Bearer rk-test' },
    body: { query: question, model: 'rerank-v3.5' },
  });
  const trace = await deployment.application.conversations.trace('shop', turn ?? '', never);
  expect(trace?.steps).toContainEqual(
    expect.objectContaining({ name: 'retrieve', note: expect.stringContaining('reranked') }),
  );
  expect(await found()).toEqual(['knowledge/b.md']);
  expect(deployment.lines.join('')).not.toContain('rk-test');
  const text = await deployment.metrics.text();
  expect(text).toContain('polyphon_rerankings_total{tenant="shop",outcome="ok"} 2');
});

it('that is down changes nothing but the order, is counted and named in the log', async () => {
  const { service, deployment, found, kernel } = await startShop();
  service.fail({ status: 400 });
  expect(await found()).toEqual(['knowledge/a.md']);
  expect(await deployment.metrics.text()).toContain('polyphon_rerankings_total{tenant="shop",outcome="failed"} 1');
  const warned = deployment.lines.filter((line) => line.includes('the reranker gave no order'));
  expect(warned).toHaveLength(1);
  expect(warned[0]).toContain('RNK8302');
  expect(await found()).toEqual(['knowledge/b.md']);
  // What is not known stays unknown, whatever the reranker thinks of it.
  expect(await kernel.search('shop', { text: 'Who won the football match in Lisbon?' }, never)).toEqual([]);
});

it('refuses at its line what is wrong with the entry', async () => {
  const { deployment, service, kernel } = await startShop();
  const broken = async (rerank: string) => {
    await deployment.write(
      'shop/bot.yaml',
      `polyphon: 1\nname: Shop\nretrieval:\n  rerank: ${rerank}\nchannels: { web: { use: web-chat } }\n`,
    );
    return (await kernel.reload('shop', never)).diagnostics.map(({ code, range: { start }, suggestion }) => [
      code,
      `${start.line}:${start.column}`,
      suggestion,
    ]);
  };
  const url = `${service.origin}/rerank`;
  expect(await broken(`{ use: htpp, with: { url: "${url}" } }`)).toEqual([['BOT1027', '4:18', 'http']]);
  expect(await broken(`{ use: http, with: { url: "${url}", apiKey: plain } }`)).toEqual([
    ['BOT1024', expect.any(String), undefined],
  ]);
  expect(await broken(`{ use: http, with: { ulr: "${url}", url: "${url}" } }`)).toEqual([
    ['BOT1004', '4:32', undefined],
  ]);
  expect(await broken(`{ use: http, with: { url: "${url}" }, candidates: 500 }`)).toEqual([
    ['BOT1008', expect.any(String), undefined],
  ]);
  expect(await broken(`{ use: http, with: { url: "${url}" }, timeout: 2 }`)).toEqual([
    ['BOT1009', expect.any(String), '2s'],
  ]);
});
