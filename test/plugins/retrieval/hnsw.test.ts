import { describe, expect, it } from 'vitest';
import type { Embedding } from '../../../core/contract/index.ts';
import { type FakeFile, never, openHashed, openRetrieval } from '../../core/knowledge/tenant-knowledge.ts';
import { ingest, openBench, smallTable, table } from './hnsw-bench.ts';

describe('search', () => {
  it('gives the passage that answers first, and nothing for a question the documents do not answer', async () => {
    const bench = await openBench();
    await ingest(bench, [
      {
        id: 'preise.md',
        content:
          '# Preise\n\n## Kronen\n\nEine Krone aus Keramik kostet 900 Euro.\n\n## Reinigung\n\nDie Zahnreinigung kostet 110 Euro.',
      },
      { id: 'zeiten.md', content: '# Öffnungszeiten\n\nWir haben montags bis freitags von 8 bis 17 Uhr geöffnet.' },
    ]);
    await using open = await openRetrieval(bench, 'praxis');
    const [best] = await open.retrieval.search({ text: 'Was kostet eine Keramikkrone?', language: 'de' }, never);
    expect(best).toMatchObject({
      source: 'docs',
      document: 'preise.md',
      title: 'Preise',
      headings: ['Preise', 'Kronen'],
      language: 'de',
    });
    expect(best?.score).toBeGreaterThan(0.35);
    expect(await open.retrieval.search({ text: 'Wie hoch ist der Mond?', language: 'de' }, never)).toEqual([]);
    const kept = await open.retrieval.search({ text: 'Wie hoch ist der Mond?', below: 'keep' }, never);
    for (const passage of kept) expect(passage.score).toBeLessThan(0.35);
    expect(await open.retrieval.search({ text: ' \n' }, never)).toEqual([]);
  });

  it('finds a compound by its parts before another that looks like it', async () => {
    const bench = await openBench();
    const texts = [
      'Am Wochenende arbeiten wir in zwei Schichten.',
      'Nachtarbeit gibt es mit Zuschlag.',
      'Der Plan der Schichten hängt aus.',
      'Eine Schicht hat acht Stunden.',
      'Parkplätze sind für alle kostenlos.',
    ];
    await ingest(bench, [table(['text', ...texts].join('\n'))]);
    await using open = await openRetrieval(bench, 'praxis');
    const [first] = await open.retrieval.search({ text: 'Gibt es Schichtarbeit?', language: 'de' }, never);
    expect(first?.text).toContain('arbeiten wir in zwei Schichten');
  });

  it('follows the corpus without being told, and loads nothing before the first question', async () => {
    const bench = await openBench();
    const files: FakeFile[] = [{ id: 'a.md', content: 'Die Krone kostet 900 Euro.' }];
    await using open = await openRetrieval(bench, 'praxis');
    expect(await open.retrieval.search({ text: 'Krone' }, never)).toEqual([]);
    await ingest(bench, files, 'praxis', open.retrieval);
    expect(open.retrieval.status()).toMatchObject({ engine: 'lexical', chunks: 1, bytes: 0 });
    expect(await open.retrieval.search({ text: 'Was kostet die Krone?' }, never)).toHaveLength(1);
    expect(open.retrieval.status()).toMatchObject({ engine: 'exact', chunks: 1 });
    files[0] = { id: 'a.md', content: 'Das Inlay kostet 450 Euro, auch sonntags.' };
    await ingest(bench, files);
    expect(await open.retrieval.search({ text: 'Was kostet die Krone?' }, never)).toEqual([]);
    const [inlay] = await open.retrieval.search({ text: 'Was kostet das Inlay?' }, never);
    expect(inlay?.scores.vector).toBeGreaterThan(0.2);
  });

  it('goes on by words while the embedding does not answer', async () => {
    const bench = await openBench();
    await ingest(bench, [{ id: 'a.md', content: 'Die Krone kostet 900 Euro.' }]);
    const down: Embedding = { ...(await openHashed()), embed: () => Promise.reject(new Error('503')) };
    await using open = await openRetrieval(bench, 'praxis', { embedding: down });
    const [found] = await open.retrieval.search({ text: 'Was kostet die Krone?' }, never);
    expect(found?.text).toContain('900');
    expect(found?.scores.vector).toBeUndefined();
    expect(bench.log.lines).toContainEqual(expect.objectContaining({ level: 'warn' }));
  });

  it('searches by vectors alone when it is told to', async () => {
    const bench = await openBench();
    await ingest(bench, [table(smallTable('Beratung'))]);
    await using open = await openRetrieval(bench, 'praxis', { config: { hybrid: false, topK: 3 } });
    const found = await open.retrieval.search({ text: 'Implantat in Köln', below: 'keep' }, never);
    expect(found[0]?.text).toMatch(/^Implantat .* Köln/);
    const cosines = found.map((passage) => passage.scores.vector ?? 0);
    expect(cosines).toEqual([...cosines].sort((a, b) => b - a));
  });

  it('is stopped by its signal', async () => {
    const bench = await openBench();
    await ingest(bench, [{ id: 'a.md', content: 'Die Krone kostet 900 Euro.' }]);
    await using open = await openRetrieval(bench, 'praxis');
    await expect(open.retrieval.search({ text: 'Krone' }, AbortSignal.abort(new Error('stop')))).rejects.toThrow(
      'stop',
    );
  });
});
