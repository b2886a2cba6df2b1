import { expect, it } from 'vitest';
import { plugin } from '../../../../plugins/embeddings/openai/plugin.ts';
import { never } from '../../../core/knowledge/tenant-knowledge.ts';
import { startFakeEmbeddings } from '../../../kit/fake-embeddings.ts';
import { contextOver, opened, quickClock, startService } from '../open-embedding.ts';

type Config = Parameters<typeof plugin.open>[0]['config'];

const usual = { model: 'text-embedding-3-small', batchSize: 96, maxTextLength: 20_000, timeout: '60s' };

async function openOver(config: Partial<Config> = {}, options: Parameters<typeof startService>[0] = {}) {
  const service = await startService(options);
  const clock = quickClock();
  const embedding = await opened(plugin, {
    ...contextOver(service.address, clock),
    config: {
      model: 'text-embedding-3-small',
      apiKey: 'sk-test',
      baseUrl: `${service.origin}/v1`,
      batchSize: 96,
      maxTextLength: 20_000,
      timeout: '60s',
      ...config,
    },
  });
  return { service, clock, embedding };
}

it('gives one vector of unit length a text, in order, in batches', async () => {
  const { service, embedding } = await openOver({ batchSize: 2 });
  const texts = ['one lamp', 'two lamps', '', 'four'];
  const vectors = await embedding.embed(texts, 'passage', never);
  expect(vectors).toHaveLength(4);
  for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  expect(service.requests.map(({ input }) => input)).toEqual([
    ['one lamp', 'two lamps'],
    [' ', 'four'],
  ]);
  const [again] = await embedding.embed(['two lamps'], 'query', never);
  expect(again).toEqual(vectors[1]);
});

it('sends the key of the tenant and nothing of the process environment', async () => {
  const { service, embedding } = await openOver();
  await embedding.embed(['lamp'], 'query', never);
  const headers = service.requests[0]?.headers;
  expect(headers?.['authorization']).toBe('Bearer sk-test');
  expect(
    Object.keys(headers ?? {}).filter((name) => name.startsWith('x-stainless') || name.startsWith('openai')),
  ).toEqual([]);
});

it('has an id that changes with model, dimensions and prefixes, and asks for shorter vectors where the model can', async () => {
  const models = { 'text-embedding-3-small': 1536, 'e5-base': 768 };
  const usual = await openOver({}, { models });
  const short = await openOver({ dimensions: 256 }, { models });
  const other = await openOver({ model: 'e5-base', dimensions: 768, queryPrefix: 'query: ' }, { models });
  const ids = [usual, short, other].map(({ embedding }) => embedding.id);
  expect(new Set(ids).size).toBe(3);
  expect(short.embedding.dimensions).toBe(256);
  await short.embedding.embed(['lamp'], 'query', never);
  expect(short.service.requests[0]?.dimensions).toBe(256);
  await other.embedding.embed(['lamp'], 'query', never);
  await other.embedding.embed(['lamp'], 'passage', never);
  expect(other.service.requests.map(({ input, dimensions }) => [input[0], dimensions])).toEqual([
    ['query: lamp', undefined],
    ['lamp', undefined],
  ]);
});

it('asks for dimensions where a model is not known', async () => {
  await expect(openOver({ model: 'bge' })).rejects.toMatchObject({ code: 'EMB8207' });
});

it('waits as long as the service asks for, and goes on', async () => {
  const { service, clock, embedding } = await openOver();
  service.fail({ status: 429, headers: { 'retry-after': '7' } }, { status: 500 });
  const vectors = await embedding.embed(['lamp'], 'passage', never);
  expect(vectors).toHaveLength(1);
  expect(clock.waits).toEqual([7000, 2000]);
});

it('lets no person wait, and lets the documents after a long wait fail at once', async () => {
  const { service, clock, embedding } = await openOver();
  service.fail({ status: 429, headers: { 'retry-after': '600' } });
  await expect(embedding.embed(['lamp'], 'query', never)).rejects.toMatchObject({
    code: 'EMB8203',
    retryAfterMs: 600_000,
  });
  await expect(embedding.embed(['lamp'], 'passage', never)).rejects.toMatchObject({ code: 'EMB8203' });
  expect(service.requests).toHaveLength(1);
  expect(clock.waits).toEqual([]);
});

it.each([
  [{ status: 401 }, 'EMB8201'],
  [{ status: 404 }, 'EMB8202'],
  [{ status: 429, code: 'insufficient_quota' }, 'EMB8203'],
  [{ status: 400, code: 'invalid_input' }, 'EMB8205'],
  [{ status: 200, body: '{"data":[]}' }, 'EMB8204'],
  [{ status: 200, body: '{"data":[{"embedding":[1,2]}]}' }, 'EMB8207'],
  [{ status: 200, body: '<html>login</html>' }, 'EMB8204'],
] as const)('names %j as %s, after one request', async (failure, code) => {
  const { service, embedding } = await openOver();
  service.fail(failure);
  const error = await embedding.embed(['a secret lamp'], 'passage', never).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code });
  expect(String(error)).not.toContain('secret lamp');
  expect(String(error)).not.toContain('sk-test');
  expect(service.requests).toHaveLength(1);
});

it('gives up after six failures, and says that a server cannot be reached', async () => {
  const { service, embedding } = await openOver();
  service.fail(...Array.from({ length: 6 }, () => ({ status: 503 })));
  await expect(embedding.embed(['lamp'], 'passage', never)).rejects.toMatchObject({ code: 'EMB8204' });
  expect(service.requests).toHaveLength(6);

  const gone = await startFakeEmbeddings();
  await gone[Symbol.asyncDispose]();
  const lost = await opened(plugin, {
    ...contextOver(gone.address, quickClock()),
    config: { ...usual, baseUrl: `${gone.origin}/v1` },
  });
  await expect(lost.embed(['lamp'], 'query', never)).rejects.toMatchObject({ code: 'EMB8206' });
});

it('is refused by the guard where the address is private and not allowed', async () => {
  const service = await startService();
  const embedding = await opened(plugin, {
    ...contextOver('127.0.0.1:1'),
    config: {
      model: 'text-embedding-3-small',
      baseUrl: `${service.origin}/v1`,
      batchSize: 96,
      maxTextLength: 20_000,
      timeout: '60s',
    },
  });
  await expect(embedding.embed(['lamp'], 'query', never)).rejects.toMatchObject({ code: 'NET6001' });
  expect(service.requests).toEqual([]);
});

it('stops at once when it is told to', async () => {
  const { service, embedding } = await openOver();
  service.fail({ status: 200, silent: 'yes' });
  const stop = new AbortController();
  const embedding1 = embedding.embed(['lamp'], 'passage', stop.signal);
  await service.arrived(1);
  stop.abort(new Error('stopped'));
  await expect(embedding1).rejects.toThrow('stopped');
});
