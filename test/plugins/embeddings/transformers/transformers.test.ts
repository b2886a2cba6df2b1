import { expect, it } from 'vitest';
import { batched } from '../../../../core/knowledge/embed-in-batches.ts';
import { plugin } from '../../../../plugins/embeddings/transformers/plugin.ts';
import { SharedModels, type TransformersModule } from '../../../../plugins/embeddings/transformers/shared-models.ts';
import { transformersEmbedding } from '../../../../plugins/embeddings/transformers/transformers-embedding.ts';
import { never } from '../../../core/knowledge/tenant-knowledge.ts';
import { contextOver } from '../open-embedding.ts';

const settings = {
  model: 'Xenova/multilingual-e5-small',
  dtype: 'q8',
  dimensions: 3,
  pooling: 'mean',
  batchSize: 2,
  maxTextLength: 10,
  queryPrefix: 'query: ',
  passagePrefix: 'passage: ',
};

/** As the package's documentation describes it: settings of the process, a pipeline, and tensors. */
function fakeTransformers(dimensions = 3) {
  const loads: { readonly model: string; readonly env: object; readonly options: object }[] = [];
  const runs: { readonly texts: readonly string[]; readonly options: object }[] = [];
  let disposed = 0;
  let running = 0;
  let mostRunning = 0;
  const env = { allowRemoteModels: true, allowLocalModels: true, localModelPath: '/models' };
  const module: TransformersModule = {
    env,
    async pipeline(_task, model, options) {
      if (model.includes('missing')) throw new Error('Could not locate file');
      loads.push({ model, env: { ...env }, options });
      const extract = async (texts: string[], how: object) => {
        runs.push({ texts, options: how });
        running += 1;
        mostRunning = Math.max(mostRunning, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return {
          data: Float32Array.from({ length: texts.length * dimensions }, (_, at) => at),
          dims: [texts.length, dimensions],
        };
      };
      return Object.assign(extract, {
        dispose: async () => {
          disposed += 1;
        },
      });
    },
  };
  const counts = {
    get disposed() {
      return disposed;
    },
    get mostRunning() {
      return mostRunning;
    },
  };
  return { module, loads, runs, counts };
}

it('embeds in batches, with the prefixes of the model, and takes the tensor apart', async () => {
  const { module, runs } = fakeTransformers();
  await using held = await new SharedModels(async () => module).hold({ model: 'm', folder: undefined, dtype: 'q8' });
  const plain = transformersEmbedding(settings, held.run);
  const vectors = await plain.embed(['one', 'two'], 'passage', never);
  expect(vectors.map((vector) => [...vector])).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ]);
  runs.length = 0;
  const embedding = batched(plain, contextOver('127.0.0.1:1'));
  expect(await embedding.embed(['one', 'two is longer than ten', 'three'], 'passage', never)).toHaveLength(3);
  expect(runs.map(({ texts }) => texts)).toEqual([['passage: one', 'passage: two is lon'], ['passage: three']]);
  expect(runs[0]?.options).toEqual({ pooling: 'mean', normalize: true });
  await embedding.embed(['why'], 'query', never);
  expect(runs.at(-1)?.texts).toEqual(['query: why']);
});

it('loads a model once for all who name it, lets it go with the last, and runs one batch at a time', async () => {
  const { module, loads, counts } = fakeTransformers();
  const models = new SharedModels(async () => module);
  const choice = { model: 'm', folder: undefined, dtype: 'q8' };
  const [one, two, other] = await Promise.all([
    models.hold(choice),
    models.hold(choice),
    models.hold({ ...choice, dtype: 'fp32' }),
  ]);
  expect(loads).toHaveLength(2);
  await Promise.all([one, two, other].map(({ run }) => run(['text'], { pooling: 'mean', normalize: true })));
  expect(counts.mostRunning).toBe(1);
  await one[Symbol.asyncDispose]();
  expect(counts.disposed).toBe(0);
  await two[Symbol.asyncDispose]();
  expect(counts.disposed).toBe(1);
  await other[Symbol.asyncDispose]();
});

it('downloads nothing where a folder is named', async () => {
  const { module, loads } = fakeTransformers();
  await using _ = await new SharedModels(async () => module).hold({ model: 'e5', folder: '/srv/models', dtype: 'q8' });
  expect(loads[0]).toMatchObject({
    env: { allowRemoteModels: false, allowLocalModels: true, localModelPath: '/srv/models' },
    options: { local_files_only: true, dtype: 'q8' },
  });
});

it('names a model that is not there, one of another size, and a package that is not installed', async () => {
  const { module } = fakeTransformers(4);
  const models = new SharedModels(async () => module);
  await expect(models.hold({ model: 'missing', folder: undefined, dtype: 'q8' })).rejects.toMatchObject({
    code: 'EMB8208',
  });
  await using held = await models.hold({ model: 'm', folder: undefined, dtype: 'q8' });
  const other = batched(transformersEmbedding(settings, held.run), contextOver('127.0.0.1:1'));
  await expect(other.embed(['a'], 'query', never)).rejects.toMatchObject({
    code: 'EMB8207',
  });
  const none = new SharedModels(() => Promise.reject(new Error('ERR_MODULE_NOT_FOUND')));
  await expect(none.hold({ model: 'm', folder: undefined, dtype: 'q8' })).rejects.toMatchObject({ code: 'EMB8208' });
});

it('opens as a plugin only where the package is installed, and says how to install it', async () => {
  const opening = plugin.open({
    ...contextOver('127.0.0.1:1'),
    config: { ...settings, pooling: 'mean', dtype: 'q8' },
  });
  await expect(opening).rejects.toThrow('npm install @huggingface/transformers');
});
