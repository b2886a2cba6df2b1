import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { resolveRetrieval, retrievalToKeep } from '../../../core/config/earlier-retrieval.ts';
import type { PluginCatalogue } from '../../../core/config/plugin-catalogue.ts';
import type { Plugin } from '../../../core/contract/index.ts';

const schemas = {
  'retrieval hnsw': Type.Object({ topK: Type.Integer({ default: 5 }) }, { additionalProperties: false }),
  'embedding remote': Type.Object(
    { key: Type.String({ secret: true }), size: Type.Optional(Type.Integer()) },
    { additionalProperties: false },
  ),
} as Readonly<Record<string, Plugin['schema']>>;
const catalogue: PluginCatalogue = {
  names: () => [],
  find: async (kind, name) => {
    const schema = schemas[`${kind} ${name}`];
    return schema === undefined ? undefined : ({ kind, name, schema } as unknown as Plugin);
  },
};
const resolve = (kept: unknown, secrets: Readonly<Record<string, string>> = { key: 'sk-1' }) =>
  resolveRetrieval(kept, {
    tenantId: 'shop',
    secrets: { names: [], problems: [], files: [], find: (name) => secrets[name] },
    env: {},
    allowedEnv: [],
    catalogue,
  });
const kept = { use: 'hnsw', with: {}, embedding: { use: 'remote', with: { key: '${secret:key}', size: 8 } } };

describe('the retrieval that a bot had before', () => {
  it('is kept with references in the place of secrets, and without what is not its plugins', () => {
    const canonical = {
      name: 'Shop',
      retrieval: { cite: true, with: { topK: 3 }, embedding: { use: 'remote', with: { key: '${secret:key}' } } },
    };
    const resolved = { use: 'hnsw', embedding: { use: 'remote', with: { key: 'sk-1' } } };
    expect(retrievalToKeep(canonical, resolved as Parameters<typeof retrievalToKeep>[1])).toEqual({
      use: 'hnsw',
      with: { topK: 3 },
      embedding: { use: 'remote', with: { key: '${secret:key}' } },
    });
    expect(retrievalToKeep({}, resolved as Parameters<typeof retrievalToKeep>[1])).toEqual({
      use: 'hnsw',
      with: {},
      embedding: { use: 'remote', with: {} },
    });
  });

  it('comes back with the secrets and the defaults of now', async () => {
    expect(await resolve(kept)).toEqual({
      use: 'hnsw',
      with: { topK: 5 },
      embedding: { use: 'remote', with: { key: 'sk-1', size: 8 } },
      secretValues: ['sk-1'],
    });
  });

  it('does not come back without its secret, its plugin or settings that are still valid', async () => {
    expect(await resolve(kept, {})).toEqual({ reason: 'the secret "key" is missing' });
    expect(await resolve({ ...kept, use: 'other' })).toEqual({ reason: 'no retrieval plugin is named "other"' });
    const odd = { ...kept, embedding: { use: 'remote', with: { key: 'x', shape: 1 } } };
    expect(await resolve(odd)).toEqual({ reason: expect.stringContaining('shape') });
    const plain = { ...kept, embedding: { use: 'remote', with: { key: '(a secret that stands in the file)' } } };
    expect(await resolve(plain)).toEqual({ reason: expect.stringContaining('stood in the file') });
  });
});
