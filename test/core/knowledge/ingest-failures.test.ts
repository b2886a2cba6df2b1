import { describe, expect, it } from 'vitest';
import type { Embedding, Source } from '../../../core/contract/index.ts';
import { makePdf } from './make-files.ts';
import { ingest, open, rowsOf, warned } from './run-ingest.ts';
import { type FakeFile, listSource, never, openHashed, openRetrieval } from './tenant-knowledge.ts';

describe('an ingest', () => {
  it('reports a broken document with code and sentence, and reads the others', async () => {
    const bench = await open();
    const files: FakeFile[] = [
      { id: 'bad.pdf', content: 'this is no pdf', mediaType: 'application/pdf' },
      { id: 'good.pdf', content: makePdf(['Wir haben montags geschlossen.']), mediaType: 'application/pdf' },
      { id: 'odd.xyz', content: 'x', mediaType: 'application/octet-stream' },
    ];
    const report = await ingest(bench, { docs: listSource(files) });
    expect(report).toMatchObject({ added: 1, chunks: 1 });
    expect(report.failures.map(({ document, code }) => [document, code])).toEqual([
      ['bad.pdf', 'KNW8003'],
      ['odd.xyz', 'KNW8006'],
    ]);
    expect(await bench.knowledge.documents('praxis', never)).toMatchObject([
      {
        document: 'bad.pdf',
        state: 'failed',
        chunks: 0,
        error: { code: 'KNW8003', message: expect.stringContaining('not a readable PDF') },
      },
      { document: 'good.pdf', state: 'ready', chunks: 1 },
      { document: 'odd.xyz', state: 'failed' },
    ]);
    const source = listSource(files);
    expect(await ingest(bench, { docs: source })).toMatchObject({
      unchanged: 3,
      failures: [{ document: 'bad.pdf' }, { document: 'odd.xyz' }],
    });
    expect(source.reads).toEqual([]);
  });

  it('forgets what a document said once it can no longer be read', async () => {
    const bench = await open();
    const files: FakeFile[] = [
      { id: 'a.pdf', content: makePdf(['Eine Krone kostet 900 Euro.']), mediaType: 'application/pdf' },
    ];
    await ingest(bench, { docs: listSource(files) });
    files[0] = { id: 'a.pdf', content: 'broken', mediaType: 'application/pdf' };
    expect(await ingest(bench, { docs: listSource(files) })).toMatchObject({
      chunks: 0,
      failures: [{ code: 'KNW8003' }],
    });
    expect((rowsOf(bench, 'postings') as Map<string, unknown>).size).toBe(0);
  });

  it('tries a document again that could not be fetched, and keeps what it had', async () => {
    const bench = await open();
    const files: FakeFile[] = [{ id: 'a.md', content: 'Eine Krone kostet 900 Euro.', version: '1' }];
    await ingest(bench, { docs: listSource(files) });
    const away: Source = {
      async *list() {
        yield {
          id: 'a.md',
          title: 'a.md',
          mediaType: 'text/markdown',
          version: '2',
          read: () => Promise.reject(new Error('gone')),
        };
      },
    };
    expect(await ingest(bench, { docs: away })).toMatchObject({ chunks: 1, failures: [{ code: 'KNW8002' }] });
    expect(await bench.knowledge.documents('praxis', never)).toMatchObject([{ state: 'failed', chunks: 1 }]);
    files[0] = { ...files[0], version: '2' } as FakeFile;
    expect(await ingest(bench, { docs: listSource(files) })).toMatchObject({ changed: 1, chunks: 1, failures: [] });
    expect(await bench.knowledge.documents('praxis', never)).toMatchObject([{ state: 'ready' }]);
  });

  it('stores what its embedding fails for without vectors, asks it no more and logs it once', async () => {
    const bench = await open();
    const hashed = await openHashed();
    let asked = 0;
    const embed = () => Promise.reject(new Error(`no memory, ${asked++}`));
    const files = Array.from(
      { length: 200 },
      (_, index): FakeFile => ({ id: `${index}.md`, content: `Absatz ${index}.` }),
    );
    const source = listSource(files);
    const broken: Embedding = { ...hashed, embed };
    expect(await ingest(bench, { docs: source }, { embedding: broken })).toMatchObject({
      added: 200,
      chunks: 200,
      failures: [],
    });
    expect(asked).toBe(1);
    expect(warned(bench)).toMatchObject([{ fields: { tenant: 'praxis', error: { message: 'no memory, 0' } } }]);
    expect(bench.store.forTenant('praxis').embeddings.lacking(hashed.id)).toBe(200);
    await using words = await openRetrieval(bench, 'praxis', { config: { minScore: 0 } });
    const [found] = await words.retrieval.search({ text: 'Absatz 117' }, never);
    expect(found?.document).toBe('117.md');
    expect(await ingest(bench, { docs: source })).toMatchObject({ unchanged: 200 });
  });

  it('stores nothing that an embedding gives against its contract', async () => {
    const bench = await open();
    const hashed = await openHashed();
    const short: Embedding = { ...hashed, embed: async () => [] };
    const source = listSource([{ id: 'a.md', content: 'Eine Krone kostet 900 Euro.' }]);
    await ingest(bench, { docs: source }, { embedding: short });
    expect(warned(bench)).toMatchObject([{ fields: { error: { code: 'KNW8009' } } }]);
    expect(bench.store.forTenant('praxis').embeddings.lacking(hashed.id)).toBe(1);
  });
});
