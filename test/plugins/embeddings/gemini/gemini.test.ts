import { expect, it } from 'vitest';
import { plugin } from '../../../../plugins/embeddings/gemini/plugin.ts';
import { never } from '../../../core/knowledge/tenant-knowledge.ts';
import { contextOver, opened, quickClock, startService } from '../open-embedding.ts';

async function openGemini(apiKey = 'google-key') {
  const service = await startService({
    apiKey: 'google-key',
    models: { 'gemini-embedding-001': 3072 },
    maxInputs: 100,
  });
  const embedding = await opened(plugin, {
    ...contextOver(service.address, quickClock()),
    config: {
      model: 'gemini-embedding-001',
      apiKey,
      dimensions: 768,
      baseUrl: `${service.origin}/v1beta/openai`,
      timeout: '60s',
    },
  });
  return { service, embedding };
}

it('asks Google for vectors of the wanted length, a hundred texts at a time', async () => {
  const { service, embedding } = await openGemini();
  const vectors = await embedding.embed(
    Array.from({ length: 130 }, (_, index) => `text ${index}`),
    'passage',
    never,
  );
  expect(vectors).toHaveLength(130);
  expect(Math.hypot(...(vectors[0] ?? []))).toBeCloseTo(1, 5);
  expect(embedding.id).toBe('gemini:gemini-embedding-001:768');
  expect(service.requests.map(({ path, input, dimensions }) => [path, input.length, dimensions])).toEqual([
    ['/v1beta/openai/embeddings', 100, 768],
    ['/v1beta/openai/embeddings', 30, 768],
  ]);
});

it('names a refused key', async () => {
  const { embedding } = await openGemini('wrong');
  await expect(embedding.embed(['lamp'], 'query', never)).rejects.toMatchObject({ code: 'EMB8201' });
});
