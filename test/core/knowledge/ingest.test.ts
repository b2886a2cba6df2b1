import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Source } from '../../../core/contract/index.ts';
import { ingest, open, rowsOf } from './run-ingest.ts';
import { type FakeFile, listSource, never, openHashed, openKnowledge } from './tenant-knowledge.ts';

const noTerms = { terms: [], entries: new Uint32Array(0) };

describe('an ingest', () => {
  it('reads again only what has changed, by version first and then by content', async () => {
    const bench = await open();
    const files: FakeFile[] = [
      { id: 'a.md', content: '# Kronen\n\nEine Krone kostet 900 Euro.', version: '1' },
      { id: 'b.md', content: '# Zeiten\n\nWir öffnen um acht Uhr.', version: '1' },
    ];
    const source = listSource(files);
    expect(await ingest(bench, { docs: source })).toMatchObject({
      added: 2,
      changed: 0,
      unchanged: 0,
      removed: 0,
      chunks: 2,
    });
    const { revision } = bench.store.forTenant('praxis').knowledge.figures();

    expect(await ingest(bench, { docs: source })).toMatchObject({ added: 0, changed: 0, unchanged: 2 });
    expect(source.reads).toEqual(['a.md', 'b.md']);

    files[0] = { ...files[0], version: '2' } as FakeFile;
    expect(await ingest(bench, { docs: source })).toMatchObject({ changed: 0, unchanged: 2 });
    expect(bench.store.forTenant('praxis').knowledge.figures().revision).toBe(revision);

    files[0] = { id: 'a.md', content: '# Kronen\n\nEine Krone kostet 950 Euro.', version: '3' };
    expect(await ingest(bench, { docs: source })).toMatchObject({ changed: 1, unchanged: 1, chunks: 2 });
    const [hit] = await bench.knowledge.corpus('praxis').lexical({ text: '950', limit: 1 }, never);
    const [passage] = await bench.knowledge.corpus('praxis').passages([hit?.label ?? 0], never);
    expect(passage).toMatchObject({
      document: 'a.md',
      title: 'Kronen',
      headings: ['Kronen'],
      text: 'Eine Krone kostet 950 Euro.',
      language: 'de',
    });
  });

  it('takes a vanished document out with everything it was found by', async () => {
    const bench = await open();
    const files: FakeFile[] = [{ id: 'a.md', content: 'Eine Krone kostet 900 Euro.' }];
    const empty = bench.store.forTenant('praxis').knowledge.figures();
    await ingest(bench, { docs: listSource(files) });
    expect([...(rowsOf(bench, 'postings') as Map<string, unknown>).keys()]).toContain('wkron');
    files.pop();
    expect(await ingest(bench, { docs: listSource(files) })).toMatchObject({ removed: 1, chunks: 0 });
    expect((rowsOf(bench, 'postings') as Map<string, unknown>).size).toBe(0);
    expect(rowsOf(bench, 'figures')).toMatchObject({ chunks: empty.chunks, words: 0, grams: 0 });
    expect(await bench.knowledge.documents('praxis', never)).toEqual([]);
  });

  it('takes out the documents of a source that left the definition', async () => {
    const bench = await open();
    await ingest(bench, {
      old: listSource([{ id: 'a.md', content: 'Alt.' }]),
      docs: listSource([{ id: 'b.md', content: 'Neu.' }]),
    });
    expect(await ingest(bench, { docs: listSource([{ id: 'b.md', content: 'Neu.' }]) })).toMatchObject({
      removed: 1,
      unchanged: 1,
    });
  });

  it('keeps the documents of a source that cannot list, and says so', async () => {
    const bench = await open();
    await ingest(bench, { docs: listSource([{ id: 'a.md', content: 'Eine Krone kostet 900 Euro.' }]) });
    const broken: Source = {
      list: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('the disk is gone')) }) }),
    };
    const report = await ingest(bench, { docs: broken });
    expect(report).toMatchObject({
      removed: 0,
      chunks: 1,
      failures: [{ source: 'docs', document: '*', code: 'KNW8001' }],
    });
    expect(report.failures[0]?.message).not.toContain('disk');
  });

  it('goes on where an abort stopped it', async () => {
    const bench = await open();
    const abort = new AbortController();
    const files = Array.from(
      { length: 600 },
      (_, index): FakeFile => ({ id: `${index}.md`, content: `Absatz Nummer ${index}.` }),
    );
    const source = listSource(files);
    const request = {
      tenantId: 'praxis',
      sources: new Map([['docs', source]]),
      embedding: await openHashed(),
      languages: ['de'],
    };
    const onProgress = ({ done }: { readonly done: number }) => done === 560 && abort.abort(new Error('stop'));
    await expect(bench.knowledge.ingest(request, { mode: 'apply', onProgress }, abort.signal)).rejects.toThrow('stop');
    const ready = bench.store
      .forTenant('praxis')
      .knowledge.storedDocuments()
      .filter(({ version }) => version !== '');
    expect(ready.length).toBeGreaterThan(300);
    const report = await ingest(bench, { docs: source });
    expect(report).toMatchObject({ unchanged: ready.length, chunks: 600 });
    expect(report.added + report.changed).toBe(600 - ready.length);
    expect(new Set(source.reads)).toEqual(new Set(files.map((file) => file.id)));
  });

  it('changes nothing in a dry run, and tells the chunks there would be', async () => {
    const bench = await open();
    await ingest(bench, { docs: listSource([{ id: 'a.md', content: 'Alt.' }]) });
    const next = listSource([{ id: 'b.csv', content: 'name,preis\nKrone,900\nInlay,450\n', mediaType: 'text/csv' }]);
    expect(await ingest(bench, { docs: next }, { mode: 'dry-run' })).toMatchObject({ added: 1, removed: 1, chunks: 2 });
    expect(await bench.knowledge.documents('praxis', never)).toMatchObject([{ document: 'a.md' }]);
    expect(rowsOf(bench, 'chunks')).toBe(1);
  });

  it('reads all documents again when the row template or the languages change, and none for another embedding', async () => {
    const bench = await open();
    const files: FakeFile[] = [
      {
        id: 'a.csv',
        content: 'name,preis\nKrone,900\n',
        mediaType: 'text/csv',
        rowTemplate: '{{ name }} kostet {{ preis }} Euro',
      },
    ];
    await ingest(bench, { docs: listSource(files) });
    const source = listSource(files);
    expect(await ingest(bench, { docs: source }, { embedding: await openHashed(256) })).toMatchObject({ unchanged: 1 });
    expect(source.reads).toEqual([]);
    files[0] = { ...files[0], rowTemplate: '{{ name }}: {{ preis }} EUR' } as FakeFile;
    expect(await ingest(bench, { docs: listSource(files) }, { embedding: await openHashed(256) })).toMatchObject({
      changed: 1,
    });
    const [chunk] = bench.store.forTenant('praxis').knowledge.chunksOf('docs', 'a.csv', 1);
    expect(chunk).toMatchObject({ text: 'Krone: 900 EUR', row: 1 });
  });

  it('names the row template where it leaves every row empty: the table is full', async () => {
    const bench = await open();
    const table = { id: 'p.csv', content: 'name;preis\nKrone;900\n', mediaType: 'text/csv', rowTemplate: '{{ nme }}' };
    expect(await ingest(bench, { docs: listSource([table]) })).toMatchObject({
      failures: [{ document: 'p.csv', code: 'KNW8008', message: expect.stringContaining('leaves every row empty') }],
    });
  });

  it('stores a long document in several transactions, and leaves no trace of an earlier one', async () => {
    const bench = await open();
    const table = (word: string, rows: number) =>
      `name,text\n${Array.from({ length: rows }, (_, row) => `${word}${row},${word} Nummer ${row} gehört dazu`).join('\n')}`;
    const files: FakeFile[] = [{ id: 'a.csv', content: table('krone', 200), mediaType: 'text/csv' }];
    await ingest(bench, { docs: listSource(files) });
    expect(rowsOf(bench, 'chunks')).toBe(200);
    files[0] = { id: 'a.csv', content: table('brücke', 130), mediaType: 'text/csv' };
    await ingest(bench, { docs: listSource(files) });
    const { knowledge } = bench.store.forTenant('praxis');
    expect(knowledge.chunkCount()).toBe(130);
    expect(knowledge.chunksOf('docs', 'a.csv', 1000).map((chunk) => chunk.ordinal)).toEqual(
      Array.from({ length: 130 }, (_, index) => index + 1),
    );
    expect([...knowledge.postings.read(['wkron', 'gkron']).keys()]).toEqual([]);
    expect(knowledge.postings.read(['wbruck']).get('wbruck')?.size).toBe(130);
  });

  it('reads everything again when an earlier version has found other terms, and leaves none of those', async () => {
    const bench = await open();
    const source = listSource([{ id: 'a.md', content: 'Eine Krone kostet 900 Euro.' }]);
    await ingest(bench, { docs: source });
    const { knowledge } = bench.store.forTenant('praxis');
    const [document] = knowledge.storedDocuments();
    if (document === undefined) throw new Error('nothing was stored');
    const [label] = (await bench.knowledge.corpus('praxis').lexical({ text: 'Krone', limit: 1 }, never)).map(
      (hit) => hit.label,
    );
    await bench.store.write(() => {
      knowledge.addTerms([{ term: 'wold', label: label ?? 0, count: 1, length: 9 }]);
      const older = { ...document, fingerprint: `0.${document.fingerprint}` };
      knowledge.change({
        document: older,
        embeddingId: '',
        gone: { labels: [], terms: [] },
        added: [],
        terms: noTerms,
      });
    });
    expect(await ingest(bench, { docs: source })).toMatchObject({ changed: 1, chunks: 1 });
    expect([...knowledge.postings.read(['wold', 'wkron']).keys()]).toEqual(['wkron']);
    expect(await ingest(bench, { docs: source })).toMatchObject({ unchanged: 1 });
  });

  it('survives the end of the process', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'polyphon-knowledge-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const source = listSource([{ id: 'a.md', content: 'Eine Krone kostet 900 Euro.' }]);
    {
      await using first = await openKnowledge({ path: join(directory, 'polyphon.db') });
      await ingest(first, { docs: source });
    }
    const second = await open(join(directory, 'polyphon.db'));
    expect(await ingest(second, { docs: source })).toMatchObject({ unchanged: 1, chunks: 1 });
    expect(source.reads).toEqual(['a.md']);
  });
});

describe('two tenants', () => {
  it('rank by their own statistics and see nothing of each other', async () => {
    const question = { text: 'Was kostet eine Krone?', language: 'de', limit: 10 };
    const own = {
      docs: listSource([
        { id: 'a.md', content: 'Eine Krone kostet 900 Euro.' },
        { id: 'b.md', content: 'Wir öffnen um acht.' },
      ]),
    };
    const alone = await open();
    await ingest(alone, own);
    const expected = await alone.knowledge.corpus('praxis').lexical(question, never);

    const bench = await open();
    const others = Array.from(
      { length: 30 },
      (_, index): FakeFile => ({ id: `${index}.md`, content: `Krone ${index}: Geheimwort kostet nichts.` }),
    );
    await ingest(bench, { docs: listSource(others) }, { tenantId: 'other' });
    await ingest(bench, own);
    const found = await bench.knowledge.corpus('praxis').lexical(question, never);
    expect(found.map(({ rank, coverage }) => [rank, coverage])).toEqual(
      expected.map(({ rank, coverage }) => [rank, coverage]),
    );
    expect(await bench.knowledge.corpus('praxis').lexical({ text: 'Geheimwort', limit: 10 }, never)).toEqual([]);

    const foreign = await bench.knowledge.corpus('other').lexical({ text: 'Geheimwort', limit: 1 }, never);
    expect(foreign).toHaveLength(1);
    expect(await bench.knowledge.corpus('praxis').passages([foreign[0]?.label ?? 0], never)).toEqual([]);
    expect(await bench.knowledge.documents('praxis', never)).toHaveLength(2);
  });
});
