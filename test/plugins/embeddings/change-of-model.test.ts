import { expect, it, onTestFinished } from 'vitest';
import { deploy } from '../../whole/deployment.ts';
import { startService } from './open-embedding.ts';

const never = new AbortController().signal;

const bot = (embedding: string) => `polyphon: 1
name: Shop
languages: { default: en }
knowledge: { files: { use: files, with: { path: "knowledge/*.md" } } }
retrieval: { embedding: ${embedding} }
channels: { web: { use: web-chat } }
`;

const remote = (origin: string, dimensions: number) =>
  `{ use: openai, with: { baseUrl: "${origin}/v1", apiKey: "\${secret:key}", dimensions: ${dimensions} } }`;

async function startShop() {
  const service = await startService({ apiKey: 'sk-shop' });
  const deployment = await deploy({
    files: {
      'shop/bot.yaml': bot('{ use: hashed }'),
      'shop/.secrets.yaml': 'key: sk-shop\n',
      'shop/knowledge/lamps.md': '# Lamps\n\nThe Nova lamp costs 49 euros.',
      'shop/knowledge/delivery.md': '# Delivery\n\nDelivery takes three days.',
      'shop/knowledge/long.md': Array.from(
        { length: 30 },
        (_, index) => `# Chapter ${index}\n\nWhat chapter ${index} says.`,
      ).join('\n\n'),
    },
    settings: `polyphon: 1\nhttp: { allowPrivate: ["${service.address}"] }\n`,
  });
  onTestFinished(() => deployment[Symbol.asyncDispose]());
  const { kernel } = deployment.application;
  const search = async () => (await kernel.search('shop', { text: 'What does the Nova lamp cost?' }, never))[0];
  const change = async (embedding: string) => {
    await deployment.write('shop/bot.yaml', bot(embedding));
    expect((await kernel.reload('shop', never)).outcome).toBe('swapped');
  };
  return { service, deployment, kernel, search, change };
}

it('embeds everything again after another model or size is chosen, and answers meanwhile', async () => {
  const { service, search, change } = await startShop();
  expect((await search())?.text).toContain('49 euros');

  // The service keeps the first request waiting: the words answer.
  service.fail({ status: 200, silent: 'yes' });
  await change(remote(service.origin, 256));
  await service.arrived(1);
  expect((await search())?.text).toContain('49 euros');
}, 30_000);

it('has the vectors of the new model when the reading is done, and asks for each text once', async () => {
  const { service, deployment, kernel, search, change } = await startShop();
  await change(remote(service.origin, 256));
  await kernel.knowledgeIdle();
  const found = await search();
  expect(found?.text).toContain('49 euros');
  expect(found?.scores.vector).toBeGreaterThan(0.2);
  const embedded = service.requests.flatMap(({ input, dimensions }) => (dimensions === 256 ? input : []));
  expect(embedded.filter((text) => text.includes('Nova lamp costs'))).toHaveLength(1);

  await deployment.write('shop/knowledge/delivery.md', '# Delivery\n\nDelivery takes four days.');
  const before = service.requests.length;
  await kernel.ingest('shop', { mode: 'apply' }, never);
  expect(service.requests.slice(before).flatMap(({ input }) => input)).toEqual([expect.stringContaining('four days')]);

  const count = service.requests.length;
  await change(remote(service.origin, 128));
  await kernel.knowledgeIdle();
  expect(service.requests.slice(count).every(({ dimensions }) => dimensions === 128)).toBe(true);
  expect((await search())?.scores.vector).toBeGreaterThan(0.2);
});

it('keeps every passage and answers by words when the new service refuses', async () => {
  const { service, kernel, search, change } = await startShop();
  const chunks = kernel.tenant('shop').chunks;
  service.fail(...Array.from({ length: 200 }, () => ({ status: 401 })));
  await change(remote(service.origin, 256));
  await kernel.knowledgeIdle();
  expect((await search())?.text).toContain('49 euros');
  expect(kernel.tenant('shop').chunks).toBe(chunks);
});

it('says in a dry run what embedding will cost, and asks the service for nothing', async () => {
  const { service, kernel, change } = await startShop();
  service.fail(...Array.from({ length: 200 }, () => ({ status: 401 })));
  await change(remote(service.origin, 256).replace('dimensions', 'pricePerMillionTokens: 2 EUR, dimensions'));
  await kernel.knowledgeIdle();
  const asked = service.requests.length;
  const report = await kernel.ingest('shop', { mode: 'dry-run' }, never);
  expect(service.requests).toHaveLength(asked);
  const { tokens = 0, cost } = report.estimate ?? {};
  // 32 passages of some ten words.
  expect(tokens).toBeGreaterThan(300);
  expect(tokens).toBeLessThan(1000);
  expect(cost).toEqual({ amount: (tokens * 2) / 1_000_000, currency: 'EUR' });
});
