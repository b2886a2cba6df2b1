import { expect, it, onTestFinished } from 'vitest';
import type { SourceDocument } from '../../../../core/contract/index.ts';
import { systemClock, systemRandom } from '../../../../core/kernel/system.ts';
import { createHttp } from '../../../../core/network/http-client.ts';
import { plugin } from '../../../../plugins/sources/http-json/plugin.ts';
import { never, openHashed, openKnowledge, recordingLog } from '../../../core/knowledge/tenant-knowledge.ts';
import { type FakePage, startFakeWebsite } from '../../../kit/fake-website.ts';

type Config = Parameters<typeof plugin.open>[0]['config'];

const json = (value: unknown, headers: Readonly<Record<string, string>> = {}): FakePage => ({
  body: JSON.stringify(value),
  type: 'application/json',
  headers,
});

async function openShop(pages: Readonly<Record<string, FakePage>>, config: Partial<Config> = {}) {
  const site = await startFakeWebsite(pages);
  onTestFinished(() => site[Symbol.asyncDispose]());
  const log = recordingLog();
  const clock = { ...systemClock, sleep: () => Promise.resolve() };
  const http = createHttp({ allowPrivate: [site.address], clock, log });
  onTestFinished(() => http[Symbol.asyncDispose]());
  const source = await plugin.open({
    config: { url: `${site.origin}/products`, id: 'sku', maxItems: 5000, ...config },
    folder: {
      glob: async () => [],
      read: () => Promise.reject(new Error('no folder')),
      readText: () => Promise.reject(new Error('no folder')),
    },
    tenantId: 'shop',
    key: 'products',
    log,
    http,
    clock,
    random: systemRandom,
    signal: never,
    ports: {},
    own: (resource) => resource,
  });
  const list = async (): Promise<readonly SourceDocument[]> => {
    const documents: SourceDocument[] = [];
    for await (const document of source.list(never)) documents.push(document);
    return documents;
  };
  return { site, source, list, log };
}

const lamp = {
  sku: 'L-1',
  name: 'Lamp "Nova", brass',
  price: { amount: 49.5, currency: 'EUR' },
  tags: ['desk', 'warm'],
  url: 'https://shop.example/l-1',
};

it('makes a document of each item, with its fields for the template, and says it in a sentence', async () => {
  const { site, source, list } = await openShop(
    { '/products': json({ data: { products: [lamp, { sku: 2, name: 'Bulb' }] } }) },
    {
      items: 'data.products',
      title: 'name',
      link: 'url',
      row: '{{ name }} costs {{ price_amount }}',
      headers: { Authorization: 'Bearer secret' },
    },
  );
  const documents = await list();
  expect(documents.map(({ id, title, url }) => ({ id, title, url }))).toEqual([
    { id: 'L-1', title: 'Lamp "Nova", brass', url: 'https://shop.example/l-1' },
    { id: '2', title: 'Bulb', url: undefined },
  ]);
  expect(site.requests[0]?.headers['authorization']).toBe('Bearer secret');

  await using bench = await openKnowledge();
  const request = {
    tenantId: 'shop',
    sources: new Map([['products', source]]),
    embedding: await openHashed(),
    languages: ['en'],
  };
  await bench.knowledge.ingest(request, { mode: 'apply' }, never);
  const corpus = bench.knowledge.corpus('shop');
  const found = await corpus.lexical({ text: 'Nova brass', limit: 1 }, never);
  const [passage] = await corpus.passages(
    found.map(({ label }) => label),
    never,
  );
  expect(passage?.text).toBe('Lamp "Nova", brass costs 49.5');

  // Only what changed is read again.
  site.set(
    '/products',
    json({
      data: {
        products: [
          { ...lamp, price: { amount: 45 } },
          { sku: 2, name: 'Bulb' },
        ],
      },
    }),
  );
  expect(await bench.knowledge.ingest(request, { mode: 'apply' }, never)).toMatchObject({
    changed: 1,
    unchanged: 1,
    added: 0,
  });
});

it('follows pages by a field, by the Link header and by number', async () => {
  const byField = await openShop(
    {
      '/products': json({ items: [{ sku: 1 }], next: '/products?c=2' }),
      '/products?c=2': json({ items: [{ sku: 2 }], next: null }),
    },
    { items: 'items', next: 'next' },
  );
  expect((await byField.list()).map(({ id }) => id)).toEqual(['1', '2']);
  const byHeader = await openShop({
    '/products': json([{ sku: 1 }], { link: '</a>; rel="prev", </products?c=2>; rel="next"' }),
    '/products?c=2': json([{ sku: 2 }]),
  });
  expect((await byHeader.list()).map(({ id }) => id)).toEqual(['1', '2']);
  const byNumber = await openShop(
    { '/products?from=0': json([{ sku: 1 }]), '/products?from=10': json([{ sku: 2 }]), '/products?from=20': json([]) },
    { page: { parameter: 'from', first: 0, step: 10 } },
  );
  expect((await byNumber.list()).map(({ id }) => id)).toEqual(['1', '2']);
});

it.each([
  ['no JSON', { '/products': '<h1>Login</h1>' }, {}, 'SRC8105'],
  ['no list', { '/products': json({ data: {} }) }, { items: 'data.products' }, 'SRC8105'],
  ['an item without its id', { '/products': json([{ name: 'Lamp' }]) }, {}, 'SRC8105'],
  ['pages in a circle', { '/products': json([{ sku: 1 }], { link: '</products>; rel=next' }) }, {}, 'SRC8105'],
  [
    'a next page elsewhere',
    { '/products': json({ l: [{ sku: 1 }], n: 'https://evil.example/' }) },
    { items: 'l', next: 'n' },
    'SRC8105',
  ],
  ['a service that is down', { '/products': { status: 503, body: '' } }, {}, 'SRC8101'],
  ['a refused key', { '/products': { status: 401, body: '' } }, {}, 'SRC8101'],
  ['a redirect inside', { '/products': { redirect: 'http://169.254.169.254/' } }, {}, 'SRC8101'],
  ['an answer without end', { '/products': { endless: 20 * 1024 * 1024 } }, {}, 'SRC8101'],
] satisfies [string, Record<string, FakePage>, Partial<Config>, string][])(
  'ends with an error at %s, so that what there was stays',
  async (_, pages, config, code) => {
    const { list } = await openShop(pages, config);
    await expect(list()).rejects.toMatchObject({ code });
  },
);

it('says why it could not be read in whole sentences', async () => {
  const { list } = await openShop({ '/products': { endless: 20 * 1024 * 1024 } });
  await expect(list()).rejects.toThrow(/^\S+ could not be read: [^.].*[^.]\. The documents it gave before stay;/);
});

it.each([
  [{ items: 'data.list' }, 'there is no list at data.list; data has: products, total.'],
  [{}, 'there is no list at the top of its answer; it has: data, next.'],
  [{ items: 'data.products', id: 'code' }, 'item 1 has no code; it has: sku, name, price, tags, url.'],
  [{ items: 'data.products', id: 'price.sum' }, 'item 1 has no price.sum; price has: amount, currency.'],
  [{ items: 'data.products', id: 'tags' }, 'item 1 has no tags; tags is a list.'],
  [{ items: 'data.products', id: 'price.currency' }, 'items 1 and 2 have the same price.currency, which must name one'],
] satisfies [Partial<Config>, string][])('says what is there where %j is not', async (config, message) => {
  const answer = { data: { products: [lamp, { ...lamp, sku: 'L-2' }], total: 2 }, next: null };
  const { list } = await openShop({ '/products': json(answer) }, config);
  await expect(list()).rejects.toMatchObject({ code: 'SRC8105', message: expect.stringContaining(message) });
});

it('asks a service that does not count pages twice, and not a thousand times', async () => {
  const page = (number: number) => json({ items: [{ sku: 1 }, { sku: 2 }], page: number });
  const { list, site } = await openShop(
    { '/products?page=1': page(1), '/products?page=2': page(2), '/products?page=3': page(3) },
    { items: 'items', page: { parameter: 'page', first: 1, step: 1 } },
  );
  await expect(list()).rejects.toMatchObject({
    code: 'SRC8105',
    message: expect.stringContaining('page 2 is the same as the one before, whatever page says'),
  });
  expect(site.requests).toHaveLength(2);
});

it.each([
  [401, 'so look at the token in `headers:`'],
  [404, 'so look at `url:`'],
])('says where to look when the service answers %i', async (status, remedy) => {
  const { list } = await openShop({ '/products': { status, body: '' } });
  await expect(list()).rejects.toMatchObject({ code: 'SRC8101', message: expect.stringContaining(remedy) });
});

it('stops at its limit of items and says so, where there are more', async () => {
  const three = { '/products': json([{ sku: 1 }, { sku: 2 }, { sku: 3 }]) };
  const cut = await openShop(three, { maxItems: 2 });
  expect(await cut.list()).toHaveLength(2);
  expect(cut.log.lines.map(({ level }) => level)).toContain('warn');
  const whole = await openShop(three, { maxItems: 3 });
  expect(await whole.list()).toHaveLength(3);
  expect(whole.log.lines.map(({ level }) => level)).not.toContain('warn');
});

it('checks the template of a row with the definition', () => {
  expect(plugin.schema.properties.row).toMatchObject({ template: 'row' });
});
