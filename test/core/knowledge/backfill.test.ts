import { describe, expect, it } from 'vitest';
import { PolyphonError } from '../../../core/contract/index.ts';
import { embeddingOf, files, openBackfill, tenantId } from './open-backfill.ts';
import { listSource, never } from './tenant-knowledge.ts';

describe('another embedding', () => {
  it('is made of what is stored, in batches, beside the vectors that serve; then it serves and the others go', async () => {
    const { bench, embeddings, corpus, backfill, vectors } = await openBackfill();
    const seen: (string | number | undefined)[] = [];
    const next = embeddingOf('next', 2, async (texts) => {
      seen.push(texts.length, embeddings.served()?.embeddingId, (await vectors('old')).length);
    });
    const before = await corpus.revision(never);
    const report = await backfill(next, {
      prepare: async () => void seen.push('prepare', (await vectors('next')).length, embeddings.served()?.embeddingId),
      onServing: async () => void seen.push('serving', embeddings.served()?.embeddingId),
    });
    expect(report).toEqual({ made: 60, missing: 0, earlier: 'old' });
    expect(seen).toEqual([48, 'old', 60, 12, 'old', 60, 'prepare', 60, 'old', 'serving', 'next']);
    expect(await vectors('next')).toEqual(Array.from({ length: 60 }, () => 2));
    expect(await vectors('old')).toEqual([]);
    expect(embeddings.served()).toEqual({ embeddingId: 'next', definition: { use: 'next' } });
    expect(await corpus.revision(never)).toBeGreaterThan(before);
    expect(next.asked).toContain('7.md\nSatz Nummer 7.');
    expect(bench.store.forTenant(tenantId).knowledge.chunkCount()).toBe(60);
  });

  it('stops with what it has and goes on from there', async () => {
    const { embeddings, backfill, vectors } = await openBackfill();
    const stop = new AbortController();
    const halting = embeddingOf('next', 2, (texts) => {
      if (texts.length < 48) stop.abort(new Error('stop'));
      stop.signal.throwIfAborted();
    });
    await expect(backfill(halting, {}, stop.signal)).rejects.toThrow('stop');
    expect(embeddings.served()).toMatchObject({ embeddingId: 'old', next: { embeddingId: 'next' } });
    expect([(await vectors('old')).length, (await vectors('next')).length]).toEqual([60, 48]);
    const next = embeddingOf('next', 2);
    expect(await backfill(next)).toEqual({ made: 12, missing: 0, earlier: 'old' });
    expect(next.asked).toHaveLength(12);
  });

  it('that fails leaves the other serving, and the store says why until it is whole', async () => {
    const { embeddings, backfill, vectors } = await openBackfill();
    const down = embeddingOf('next', 2, () => {
      throw new PolyphonError('EMB8206', 'Nobody answers.');
    });
    expect(await backfill(down)).toEqual({
      made: 0,
      missing: 60,
      earlier: 'old',
      error: { code: 'EMB8206', message: 'Nobody answers.' },
    });
    expect(embeddings.served()).toMatchObject({ embeddingId: 'old', next: { error: { code: 'EMB8206' } } });
    expect(await vectors('old')).toHaveLength(60);
    await backfill(embeddingOf('next', 2));
    expect(embeddings.served()).not.toHaveProperty('next');
  });

  it('passes over a text that is refused, names its document, and waits with all the others', async () => {
    const { embeddings, backfill, vectors } = await openBackfill();
    const picky = embeddingOf('next', 2, (texts) => {
      if (texts.some((text) => text.includes('Nummer 7.'))) throw new PolyphonError('EMB8205', 'Refused.');
    });
    expect(await backfill(picky)).toEqual({
      made: 59,
      missing: 1,
      earlier: 'old',
      error: { code: 'EMB8205', message: 'docs: 7.md: Refused.' },
    });
    expect(embeddings.served()?.embeddingId).toBe('old');
    expect(await vectors('old')).toHaveLength(60);
  });

  it('that refuses every text is not asked for each', async () => {
    const { backfill } = await openBackfill(200);
    let calls = 0;
    const wrong = embeddingOf('next', 2, () => {
      calls += 1;
      throw new PolyphonError('EMB8205', 'Refused.');
    });
    expect(await backfill(wrong)).toMatchObject({ made: 0, missing: 200 });
    expect(calls).toBe(49);
  });

  it('whose index cannot be made ready leaves the other serving', async () => {
    const { embeddings, backfill } = await openBackfill();
    const prepare = async () => {
      throw new Error('no memory');
    };
    expect(await backfill(embeddingOf('next', 2), { prepare })).toMatchObject({
      missing: 0,
      error: { code: 'KNW8010' },
    });
    expect(embeddings.served()).toMatchObject({ embeddingId: 'old', next: { error: { code: 'KNW8010' } } });
    expect(await backfill(embeddingOf('next', 2))).toEqual({ made: 0, missing: 0, earlier: 'old' });
    expect(embeddings.served()?.embeddingId).toBe('next');
  });

  it('takes what is read meanwhile as it is, and nothing of what has gone', async () => {
    const { bench, embeddings, ingest, backfill, vectors } = await openBackfill();
    const plain = embeddingOf('next', 2);
    let readings = 0;
    const next = embeddingOf('next', 2, async () => {
      readings += 1;
      const changed = files(59).with(3, { id: '3.md', content: 'Ein neuer Satz.' });
      if (readings === 2) await ingest(plain, changed);
    });
    const lacking: number[] = [];
    const prepare = async () => void lacking.push(embeddings.lacking('next'));
    expect(await backfill(next, { prepare })).toMatchObject({ missing: 0 });
    expect(lacking).toEqual([0]);
    expect(await vectors('next')).toHaveLength(59);
    expect(embeddings.served()?.embeddingId).toBe('next');
    expect(plain.asked).toEqual(['3.md\nEin neuer Satz.']);
    expect(await bench.knowledge.documents(tenantId, never)).toHaveLength(59);
  });

  it('left for a third, or for the one before, takes its vectors with it', async () => {
    const { embeddings, ingest, old, backfill, vectors } = await openBackfill();
    const half = embeddingOf('next', 2, (texts) => {
      if (texts.length < 48) throw new PolyphonError('EMB8206', 'Nobody answers.');
    });
    await backfill(half);
    await ingest(embeddingOf('next', 2), files(61));
    expect(await backfill(embeddingOf('third', 3))).toEqual({ made: 61, missing: 0, earlier: 'old' });
    expect([await vectors('old'), await vectors('next')]).toEqual([[], []]);
    expect(await vectors('third')).toHaveLength(61);

    await backfill({ ...half, id: 'fourth' });
    expect(await vectors('fourth')).toHaveLength(48);
    expect(await backfill(embeddingOf('third', 3))).toEqual({ made: 0, missing: 0 });
    expect([(await vectors('third')).length, (await vectors('fourth')).length]).toEqual([61, 0]);
    expect(embeddings.served()).toEqual({ embeddingId: 'third', definition: { use: 'third' } });
    expect(old.asked).toHaveLength(60);
  });

  it('that was killed in the moment it served is put in order before a third is made', async () => {
    const { embeddings, backfill, vectors } = await openBackfill();
    const killed = async () => {
      throw new Error('killed');
    };
    await expect(backfill(embeddingOf('next', 2), { onServing: killed })).rejects.toThrow('killed');
    expect(embeddings.served()?.embeddingId).toBe('next');
    expect([(await vectors('old')).length, (await vectors('next')).length]).toEqual([60, 60]);
    const half = embeddingOf('third', 3, (texts) => {
      if (texts.length < 48) throw new PolyphonError('EMB8206', 'Nobody answers.');
    });
    expect(await backfill(half)).toMatchObject({ made: 48, missing: 12 });
    expect([(await vectors('old')).length, (await vectors('next')).length]).toEqual([0, 60]);
    expect(await backfill(embeddingOf('third', 3))).toEqual({ made: 12, missing: 0, earlier: 'next' });
  });

  it('never writes over what another process has changed to', async () => {
    const { bench, embeddings, backfill, vectors } = await openBackfill();
    await backfill(embeddingOf('next', 2), {
      onServing: async () => {
        const labels = await bench.knowledge.corpus(tenantId).labels('next', never);
        await bench.store.write(() =>
          embeddings.put(
            'late',
            labels.map((label) => ({ label, vector: new Float32Array([9, 9]) })),
          ),
        );
        expect(await vectors('late')).toEqual([]);
      },
    });
    expect(await vectors('next')).toHaveLength(60);
  });

  it('keeps to its tenant', async () => {
    const { bench, embeddings, backfill } = await openBackfill();
    const other = bench.store.forTenant('other').embeddings;
    await bench.knowledge.ingest(
      {
        tenantId: 'other',
        sources: new Map([['docs', listSource(files(5))]]),
        embedding: embeddingOf('old', 1),
        languages: ['de'],
      },
      { mode: 'apply' },
      never,
    );
    expect([embeddings.lacking('next'), other.lacking('next')]).toEqual([60, 5]);
    await backfill(embeddingOf('next', 2));
    expect([embeddings.lacking('next'), other.lacking('next'), other.lacking('old')]).toEqual([0, 5, 0]);
    expect(other.served()).toBeUndefined();
  });
});

describe('a backfill', () => {
  it('asks for as many vectors at once as the embedding takes', async () => {
    const { backfill } = await openBackfill(300);
    const sizes: number[] = [];
    const next = embeddingOf('next', 2, (texts) => void sizes.push(texts.length));
    await backfill({ ...next, limits: { maxBatch: 128 } });
    expect(sizes).toEqual([128, 128, 44]);
  });
});
