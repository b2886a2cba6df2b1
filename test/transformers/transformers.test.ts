import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { batched } from '../../core/knowledge/embed-in-batches.ts';
import { SharedModels, type TransformersModule } from '../../plugins/embeddings/transformers/shared-models.ts';
import { transformersEmbedding } from '../../plugins/embeddings/transformers/transformers-embedding.ts';
import { never } from '../core/knowledge/tenant-knowledge.ts';
import { projectRoot } from '../from-source.ts';
import { contextOver } from '../plugins/embeddings/open-embedding.ts';
import { tiny, wordVectors, writeTinyModel } from './tiny-model.ts';

const beside = inject('transformersFolder');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyphon-transformers-'));
  await writeTinyModel(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const importBeside = async () => {
  const entry = createRequire(join(beside, 'package.json')).resolve('@huggingface/transformers');
  return (await import(pathToFileURL(entry).href)) as TransformersModule;
};
const models = new SharedModels(importBeside);
const settings = {
  model: tiny.name,
  dtype: 'fp32',
  dimensions: tiny.dimensions,
  pooling: 'mean',
  batchSize: 8,
  maxTextLength: 4000,
  queryPrefix: 'query: ',
  passagePrefix: 'passage: ',
};

async function openTiny(changed: Partial<typeof settings> = {}) {
  const chosen = { ...settings, ...changed };
  const held = await models.hold({ model: chosen.model, folder, dtype: chosen.dtype });
  return {
    embedding: transformersEmbedding(chosen, held.run),
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}

/** The mean of the words' vectors in unit length, as a model of one look-up makes it. */
function meanOf(...words: readonly string[]): number[] {
  const sum = new Array<number>(tiny.dimensions).fill(0);
  for (const word of ['[CLS]', ...words, '[SEP]'])
    for (const [at, value] of (wordVectors.get(word) ?? []).entries()) sum[at] = (sum[at] ?? 0) + value;
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
}

const close = (vector: Float32Array | undefined, expected: readonly number[]) => {
  expect([...(vector ?? [])]).toHaveLength(expected.length);
  for (const [at, value] of expected.entries()) expect(vector?.[at]).toBeCloseTo(value, 2);
};

describe('the package itself, with a model of some kB', () => {
  it.each(['fp32', 'q8'])(
    'embeds questions and passages with what the model was trained to see, as %s',
    async (dtype) => {
      await using opened = await openTiny({ dtype });
      const [question] = await opened.embedding.embed(['Rent a car'], 'query', never);
      close(question, meanOf('query', ':', 'rent', '[UNK]', 'car'));
      const [passage] = await opened.embedding.embed(['Hire an AUTOMOBILE'], 'passage', never);
      close(passage, meanOf('passage', ':', 'hire', '[UNK]', 'automobile'));
    },
  );

  it('takes the first word where the model is to be read so', async () => {
    await using opened = await openTiny({ pooling: 'cls' });
    const [vector] = await opened.embedding.embed(['car'], 'query', never);
    close(vector, [...(wordVectors.get('[CLS]') ?? [])]);
  });

  it('gives each text of a batch the vector that it has alone', async () => {
    await using opened = await openTiny();
    const texts = ['car', 'dog lamp rent car dog', 'hund'];
    const together = await opened.embedding.embed(texts, 'passage', never);
    for (const [at, text] of texts.entries()) {
      const [alone] = await opened.embedding.embed([text], 'passage', never);
      close(together[at], [...(alone ?? [])]);
    }
  });

  it('reads a text up to what the model takes', async () => {
    await using opened = await openTiny();
    const [vector] = await opened.embedding.embed([`${'car '.repeat(500)}dog`], 'passage', never);
    // The package cuts the mark of the end with the rest.
    close(vector, meanOf('passage', ':', ...new Array<string>(tiny.maxTokens - 3).fill('car')));
  });

  it.each([
    ['a model that is not there', { model: 'missing' }, 'missing'],
    ['a precision that the model does not have', { dtype: 'q4' }, 'as q4'],
  ])('says of %s what to look at, and loads the next one', async (_what, changed, said) => {
    await expect(openTiny(changed)).rejects.toMatchObject({ code: 'EMB8208', message: expect.stringContaining(said) });
    await using opened = await openTiny();
    expect(await opened.embedding.embed(['car'], 'query', never)).toHaveLength(1);
  });

  it('says that the vectors have another size than configured', async () => {
    await using opened = await openTiny({ dimensions: 384 });
    const checked = batched(opened.embedding, contextOver('127.0.0.1:1'));
    await expect(checked.embed(['car'], 'query', never)).rejects.toMatchObject({ code: 'EMB8207' });
  });

  it('goes on after the last user has let a model go', async () => {
    for (let round = 0; round < 3; round += 1) {
      await using opened = await openTiny();
      expect(await opened.embedding.embed(['car'], 'query', never)).toHaveLength(1);
    }
  });
});

describe('a bot with it', () => {
  it('reads its documents, and finds by meaning what no word of the question is in', async () => {
    const bot = `polyphon: 1
name: Hire
knowledge: { shop: { use: files, with: { path: "*.md" } } }
retrieval: { embedding: { use: transformers, with: { model: ${tiny.name}, folder: ${folder}, dimensions: ${tiny.dimensions} } } }
channels: { web: { use: web-chat } }
`;
    const project = join(folder, 'project');
    const files = {
      'bot.yaml': bot,
      'a.md': 'Hire an automobile.\n',
      'b.md': 'Every dog is welcome.\n',
      'c.md': 'A lamp.\n',
    };
    await mkdir(join(project, 'bots/hire'), { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(project, 'bots/hire', name), text);
    const polyphon = async (...words: readonly string[]) => {
      const hook = fileURLToPath(new URL('resolve-beside.mjs', import.meta.url));
      const main = join(projectRoot, 'core/main.ts');
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', hook, main, ...words], {
        cwd: project,
        env: { ...process.env, TRANSFORMERS_FOLDER: beside },
      });
      return stdout;
    };
    expect(await polyphon('ingest', 'hire')).toContain('3 added');
    const { results } = JSON.parse(await polyphon('search', 'hire', 'miete auto', '--below', '--json'));
    expect(results[0]).toMatchObject({ document: 'a.md' });
    expect(results[0].scores.vector).toBeGreaterThan(results[1].scores.vector + 0.2);
  });
});

describe('a model at the hub', () => {
  /** Serves the folder as the hub does (huggingface.co/docs/hub/en/api, `/{model}/resolve/{revision}/{file}`), until it is closed. */
  async function startHub() {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const [, name = '', file = ''] = /^\/([^/]+)\/resolve\/main\/(.+)$/.exec(request.url ?? '') ?? [];
      asked.push(`${request.method} ${file}`);
      readFile(join(folder, name, file)).then(
        (bytes) => response.writeHead(200, { 'content-length': bytes.length }).end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { env } = (await importBeside()) as TransformersModule & { env: { remoteHost: string; cacheDir: string } };
    env.remoteHost = `http://127.0.0.1:${port}/`;
    env.cacheDir = await mkdtemp(join(folder, 'cache-'));
    return { asked, [Symbol.asyncDispose]: async () => void server.close() };
  }
  const hold = () => models.hold({ model: tiny.name, folder: undefined, dtype: 'fp32' });

  it('is downloaded once, and is there when the hub is not', async () => {
    const hub = await startHub();
    {
      await using held = await hold();
      const [question] = await transformersEmbedding(settings, held.run).embed(['Rent a car'], 'query', never);
      close(question, meanOf('query', ':', 'rent', '[UNK]', 'car'));
    }
    expect(hub.asked).toContain('GET onnx/model.onnx');
    await hub[Symbol.asyncDispose]();
    await using again = await hold();
    const [passage] = await transformersEmbedding(settings, again.run).embed(['Hire'], 'passage', never);
    close(passage, meanOf('passage', ':', 'hire'));
  });

  it('that cannot be reached is told with what to check', async () => {
    await (await startHub())[Symbol.asyncDispose]();
    await expect(hold()).rejects.toMatchObject({ code: 'EMB8208', message: expect.stringContaining('at the hub') });
  });
});
