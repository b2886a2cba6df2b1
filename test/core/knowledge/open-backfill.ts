import { onTestFinished } from 'vitest';
import type { Embedding } from '../../../core/contract/index.ts';
import type { BackfillRequest } from '../../../core/knowledge/backfill.ts';
import { type FakeFile, listSource, never, openKnowledge } from './tenant-knowledge.ts';

export const tenantId = 'praxis';
export const files = (count: number): FakeFile[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${index}.md`, content: `Satz Nummer ${index}.` }));

/** Every text has the same vector; `during` may refuse. */
export function embeddingOf(
  id: string,
  value: number,
  during: (texts: readonly string[]) => void | Promise<void> = () => {},
) {
  const asked: string[] = [];
  const embedding: Embedding = {
    id,
    dimensions: 2,
    embed: async (texts) => {
      await during(texts);
      asked.push(...texts);
      return texts.map(() => new Float32Array([value, 0]));
    },
  };
  return { ...embedding, asked };
}

/** A tenant whose chunks have the vectors of `old`, which serves. */
export async function openBackfill(count = 60) {
  const bench = await openKnowledge();
  onTestFinished(() => bench[Symbol.asyncDispose]());
  const { embeddings } = bench.store.forTenant(tenantId);
  const corpus = bench.knowledge.corpus(tenantId);
  const old = embeddingOf('old', 1);
  const ingest = (embedding: Embedding, of = files(count)) =>
    bench.knowledge.ingest(
      { tenantId, sources: new Map([['docs', listSource(of)]]), embedding, languages: ['de'] },
      { mode: 'apply' },
      never,
    );
  await ingest(old);
  await bench.store.write(() => embeddings.serve({ embeddingId: 'old', definition: { use: 'old' } }));
  const backfill = (embedding: Embedding, request: Partial<BackfillRequest> = {}, signal = never) =>
    bench.knowledge.backfill(
      {
        tenantId,
        embedding,
        definition: { use: embedding.id },
        prepare: async () => {},
        onServing: async () => {},
        ...request,
      },
      signal,
    );
  const vectors = async (id: string) => {
    const found: number[] = [];
    for await (const { vector } of corpus.vectors(id, never)) found.push(vector[0] ?? 0);
    return found;
  };
  return { bench, embeddings, corpus, old, ingest, backfill, vectors };
}
