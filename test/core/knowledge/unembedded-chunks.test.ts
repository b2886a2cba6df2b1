import { describe, expect, it } from 'vitest';
import { PolyphonError } from '../../../core/contract/index.ts';
import { embeddingOf, files, openBackfill, tenantId } from './open-backfill.ts';

describe('chunks that were read without vectors', () => {
  async function openRead() {
    const opened = await openBackfill();
    const { bench, embeddings, ingest } = opened;
    const remote = (during?: Parameters<typeof embeddingOf>[2]) => ({
      ...embeddingOf('old', 1, during),
      where: 'service.example',
    });
    const unasked = remote();
    expect(await ingest(unasked, files(70))).toMatchObject({ added: 10, failures: [] });
    expect(unasked.asked).toEqual([]);
    expect(embeddings.lacking('old')).toBe(10);
    const revision = () => bench.store.forTenant(tenantId).knowledge.figures().revision;
    return { ...opened, remote, revision };
  }

  it('get those of the embedding that serves; then the search is told, and nothing serves in its place', async () => {
    const { embeddings, remote, backfill, revision, vectors } = await openRead();
    const before = revision();
    const seen: (string | number)[] = [];
    const report = await backfill(remote(), {
      prepare: async () => void seen.push('prepare', (await vectors('old')).length),
      onServing: async () => void seen.push('serving'),
    });
    expect(report).toEqual({ made: 10, missing: 0 });
    expect(seen).toEqual(['prepare', 70]);
    expect(revision()).toBeGreaterThan(before);
    expect([embeddings.others('old'), embeddings.served()?.next]).toEqual([[], undefined]);
    const again = revision();
    expect(await backfill(remote())).toEqual({ made: 0, missing: 0 });
    expect(revision()).toBe(again);
  });

  it('keep what was made where the service refuses one of them, also though its index cannot be made ready', async () => {
    const { embeddings, remote, backfill, revision, vectors } = await openRead();
    const before = revision();
    const picky = remote((texts) => {
      if (texts.some((text) => text.includes('Nummer 65.'))) throw new PolyphonError('EMB8205', 'Refused.');
    });
    const report = await backfill(picky, { prepare: () => Promise.reject(new Error('no memory')) });
    expect(report).toMatchObject({ made: 9, missing: 1, error: { code: 'EMB8205' } });
    expect(report).not.toHaveProperty('earlier');
    expect(await vectors('old')).toHaveLength(69);
    expect(revision()).toBeGreaterThan(before);
    expect(embeddings.served()).toMatchObject({ embeddingId: 'old', next: { error: { code: 'EMB8205' } } });
  });

  it('get those of another embedding as the others do, and leave with their document', async () => {
    const { embeddings, ingest, remote, backfill, vectors } = await openRead();
    expect(await backfill(embeddingOf('next', 2))).toEqual({ made: 70, missing: 0, earlier: 'old' });
    await ingest({ ...remote(), id: 'next' }, files(72));
    await ingest({ ...remote(), id: 'next' }, files(71));
    expect(embeddings.lacking('next')).toBe(1);
    await backfill(embeddingOf('next', 2));
    expect(await vectors('next')).toHaveLength(71);
  });
});
