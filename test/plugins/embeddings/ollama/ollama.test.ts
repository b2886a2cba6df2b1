import { expect, it, onTestFinished, vi } from 'vitest';
import { plugin } from '../../../../plugins/embeddings/ollama/plugin.ts';
import { never } from '../../../core/knowledge/tenant-knowledge.ts';
import { packageOrSkip } from '../../../package/package-or-skip.ts';
import { contextOver, opened, quickClock, startService } from '../open-embedding.ts';

type Config = Parameters<typeof plugin.open>[0]['config'];

async function openOllama(config: Partial<Config> = {}) {
  const service = await startService({ models: { 'nomic-embed-text': 768, 'bge-m3': 1024, own: 12 } });
  const clock = quickClock();
  const embedding = await opened(plugin, {
    ...contextOver(service.address, clock),
    config: {
      model: 'nomic-embed-text',
      baseUrl: service.origin,
      batchSize: 2,
      maxTextLength: 6000,
      keepAlive: '10m',
      timeout: '2m',
      ...config,
    },
  });
  return { service, clock, embedding };
}

it('puts before questions and passages what the model was trained to see', async (context) => {
  await packageOrSkip('@langchain/ollama', context);
  const { service, embedding } = await openOllama();
  await embedding.embed(['lamp', 'bulb', 'shade'], 'passage', never);
  await embedding.embed(['lamp'], 'query', never);
  expect(service.requests.map(({ path, input }) => [path, input])).toEqual([
    ['/api/embed', ['search_document: lamp', 'search_document: bulb']],
    ['/api/embed', ['search_document: shade']],
    ['/api/embed', ['search_query: lamp']],
  ]);
  expect(embedding.dimensions).toBe(768);
});

it('knows models by name, with tag and owner, and asks for the dimensions of others', async (context) => {
  await packageOrSkip('@langchain/ollama', context);
  const { embedding } = await openOllama({ model: 'bge-m3' });
  expect([embedding.dimensions, embedding.id]).toEqual([1024, 'ollama:bge-m3:1024']);
  await expect(openOllama({ model: 'own' })).rejects.toMatchObject({ code: 'EMB8207' });
  const own = await openOllama({ model: 'own', dimensions: 12 });
  expect(await own.embedding.embed(['lamp'], 'query', never)).toHaveLength(1);
  const wrong = await openOllama({ model: 'own', dimensions: 13 });
  await expect(wrong.embedding.embed(['lamp'], 'query', never)).rejects.toMatchObject({ code: 'EMB8207' });
});

it('names a model that is not pulled, waits for a busy server, and stops when it is told to', async (context) => {
  await packageOrSkip('@langchain/ollama', context);
  const missing = await openOllama({ model: 'mxbai-embed-large' });
  await expect(missing.embedding.embed(['lamp'], 'query', never)).rejects.toMatchObject({ code: 'EMB8202' });
  const { service, clock, embedding } = await openOllama();
  service.fail({ status: 503, headers: { 'retry-after': '3' } });
  expect(await embedding.embed(['lamp'], 'passage', never)).toHaveLength(1);
  expect(clock.waits).toEqual([3000]);
  service.fail({ status: 200, silent: 'yes' });
  const stop = new AbortController();
  const asked = embedding.embed(['lamp'], 'passage', stop.signal);
  await service.arrived(3);
  stop.abort(new Error('stopped'));
  await expect(asked).rejects.toThrow('stopped');
});

it('names the command that installs its package, where that is missing', async () => {
  vi.doMock('@langchain/ollama', () => Promise.reject(new Error('Cannot find package')));
  onTestFinished(() => void vi.doUnmock('@langchain/ollama'));
  await expect(openOllama()).rejects.toMatchObject({
    code: 'EMB8208',
    message: expect.stringContaining('npm install @langchain/ollama'),
  });
});
