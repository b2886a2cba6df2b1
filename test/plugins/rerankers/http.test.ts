import { expect, it, onTestFinished } from 'vitest';
import type { Reranker } from '../../../core/contract/index.ts';
import { systemClock, systemRandom } from '../../../core/kernel/system.ts';
import { createHttp } from '../../../core/network/http-client.ts';
import { plugin } from '../../../plugins/rerankers/http/plugin.ts';
import { never, recordingLog } from '../../core/knowledge/tenant-knowledge.ts';
import { type FakeReranker, type FakeRerankerOptions, startFakeReranker } from '../../kit/fake-reranker.ts';
import { quickClock } from '../embeddings/open-embedding.ts';

async function service(options: FakeRerankerOptions = {}): Promise<FakeReranker> {
  const fake = await startFakeReranker(options);
  onTestFinished(() => fake[Symbol.asyncDispose]());
  return fake;
}

type Config = Parameters<typeof plugin.open>[0]['config'];

/** Over the real way out, whose waits pass at once. */
function opened(config: Partial<Config> & { readonly url: string }, allowed: readonly string[]): Promise<Reranker> {
  const log = recordingLog();
  const clock = quickClock();
  const http = createHttp({ allowPrivate: allowed, clock, log });
  onTestFinished(() => http[Symbol.asyncDispose]());
  return plugin.open({
    config: { format: 'cohere', maxTextLength: 4000, ...config },
    tenantId: 'shop',
    key: 'reranker',
    log,
    http,
    clock: systemClock,
    random: systemRandom,
    signal: never,
    ports: {},
    own: (resource) => resource,
  });
}

const passages = ['We open at nine.', 'Parking costs four euros a day.', 'Parking is behind the house.'];
const question = 'What costs parking a day?';

it('asks as Cohere documents it, with the key, and reads the scores of all passages', async () => {
  const fake = await service();
  const reranker = await opened({ url: `${fake.origin}/v2/rerank`, model: 'rerank-v3.5', apiKey: 'rk-test' }, [
    fake.address,
  ]);
  const scores = await reranker.rerank(question, passages, never);
  expect(scores.map(({ index }) => index)).toEqual([1, 2, 0]);
  expect(scores[0]?.score).toBeCloseTo(0.8);
  expect(fake.requests).toMatchObject([
    {
      path: '/v2/rerank',
      headers: { authorization: 'Bearer rk-test', 'content-type': 'application/json' },
      body: { model: 'rerank-v3.5', query: question, documents: passages, top_n: 3 },
    },
  ]);
  expect(reranker.id).toBe(`rerank-v3.5 at ${fake.address}`);
  expect(reranker.minScore).toBeUndefined();
});

it('asks a server with one model without a name and without a key, in whatever order it answers', async () => {
  const fake = await service({ apiKey: 'none', models: 'none', order: 'as-asked' });
  const reranker = await opened({ url: `${fake.origin}/v1/rerank` }, [fake.address]);
  const scores = await reranker.rerank(question, passages, never);
  expect(scores.map(({ index }) => index)).toEqual([0, 1, 2]);
  expect(fake.requests[0]?.body).toEqual({ query: question, documents: passages, top_n: 3 });
  expect(fake.requests[0]?.headers['authorization']).toBeUndefined();
});

it('asks Text Embeddings Inference in its own words, and lets it cut what is too long', async () => {
  const fake = await service({ apiKey: 'none' });
  const reranker = await opened({ url: `${fake.origin}/rerank`, format: 'tei' }, [fake.address]);
  const scores = await reranker.rerank(question, passages, never);
  expect(scores.map(({ index }) => index)).toEqual([1, 2, 0]);
  expect(fake.requests[0]?.body).toEqual({ query: question, texts: passages, truncate: true });
});

it('cuts passages at the length that is configured, never inside a letter', async () => {
  const fake = await service({ apiKey: 'none', models: 'none' });
  const reranker = await opened({ url: `${fake.origin}/v1/rerank`, maxTextLength: 100 }, [fake.address]);
  await reranker.rerank(question, [`${'a'.repeat(99)}😀`, 'short'], never);
  expect(fake.requests[0]?.body).toMatchObject({ documents: [`${'a'.repeat(99)}\ufffd`, 'short'] });
});

it('says how calibrated its scores are only where the definition does', async () => {
  const reranker = await opened({ url: 'https://rerank.example/v1/rerank', minScore: 0.4 }, []);
  expect(reranker.minScore).toBe(0.4);
});

it.each([
  [{ apiKey: 'wrong' }, 'RNK8301'],
  [{ model: 'another' }, 'RNK8302'],
  [{ format: 'tei' }, 'RNK8302'],
] as const)('names what is wrong with an entry: %j gives %s', async (wrong, code) => {
  const fake = await service();
  const config = { url: `${fake.origin}/v2/rerank`, model: 'rerank-v3.5', apiKey: 'rk-test', ...wrong };
  const reranker = await opened(config, [fake.address]);
  await expect(reranker.rerank(question, passages, never)).rejects.toMatchObject({ code });
  expect(fake.requests).toHaveLength(1);
});

it('says that more passages were sent than the service takes', async () => {
  const fake = await service({ apiKey: 'none', maxPassages: 2 });
  const reranker = await opened({ url: `${fake.origin}/rerank`, format: 'tei' }, [fake.address]);
  await expect(reranker.rerank(question, passages, never)).rejects.toMatchObject({
    code: 'RNK8302',
    message: expect.stringContaining('candidates'),
  });
});

it('asks again where the service is busy, and gives up after two more attempts', async () => {
  const fake = await service({ apiKey: 'none', models: 'none' });
  const reranker = await opened({ url: `${fake.origin}/v1/rerank` }, [fake.address]);
  fake.fail({ status: 429, headers: { 'retry-after': '1' } }, { status: 503 });
  expect(await reranker.rerank(question, passages, never)).toHaveLength(3);
  expect(fake.requests).toHaveLength(3);
  fake.fail({ status: 503 }, { status: 503 }, { status: 503 });
  await expect(reranker.rerank(question, passages, never)).rejects.toMatchObject({ code: 'RNK8303' });
  expect(fake.requests).toHaveLength(6);
});

it.each(['<html>', '{}', '[]', '{"results":[{"index":0}]}', '{"results":[{"index":"0","relevance_score":1}]}', 'null'])(
  'does not take %s for an answer',
  async (body) => {
    const fake = await service({ apiKey: 'none', models: 'none' });
    const reranker = await opened({ url: `${fake.origin}/v1/rerank` }, [fake.address]);
    fake.fail({ status: 200, body });
    await expect(reranker.rerank(question, passages, never)).rejects.toMatchObject({ code: 'RNK8304' });
  },
);

it('does not follow a redirect with the key and the passages', async () => {
  const fake = await service();
  const reranker = await opened({ url: `${fake.origin}/v2/rerank`, model: 'rerank-v3.5', apiKey: 'rk-test' }, [
    fake.address,
  ]);
  fake.fail({ status: 307, headers: { location: `${fake.origin}/v1/rerank` } });
  await expect(reranker.rerank(question, passages, never)).rejects.toMatchObject({ code: 'RNK8302' });
  expect(fake.requests).toHaveLength(1);
});

it('reaches no address inside the network that the deployment does not allow', async () => {
  const fake = await service({ apiKey: 'none', models: 'none' });
  const reranker = await opened({ url: `${fake.origin}/v1/rerank` }, []);
  await expect(reranker.rerank(question, passages, never)).rejects.toMatchObject({ code: 'NET6001' });
  expect(fake.requests).toHaveLength(0);
});

it('ends with the signal', async () => {
  const fake = await service({ apiKey: 'none', models: 'none' });
  const reranker = await opened({ url: `${fake.origin}/v1/rerank` }, [fake.address]);
  fake.fail({ status: 200, silent: 'yes' });
  const stop = new AbortController();
  const asking = reranker.rerank(question, passages, stop.signal);
  await fake.arrived(1);
  stop.abort(new Error('nobody waits any more'));
  await expect(asking).rejects.toThrow('nobody waits any more');
});

it('says that the service cannot be reached, without its address in full', async () => {
  const fake = await service({ apiKey: 'none', models: 'none' });
  const reranker = await opened({ url: `${fake.origin}/v1/rerank?key=hidden` }, [fake.address]);
  await fake[Symbol.asyncDispose]();
  const failure = await reranker.rerank(question, passages, never).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'RNK8303' });
  expect(String((failure as Error).message)).not.toContain('hidden');
});
