import { expect, it, onTestFinished } from 'vitest';
import { listSource, never, openHashed, openKnowledge, openRetrieval } from './tenant-knowledge.ts';

const things = ['Krone', 'Brücke', 'Inlay', 'Schiene', 'Prothese', 'Füllung'];
const footer = 'Alle Angaben ohne Gewähr, es gilt die Gebührenordnung.';

it.each([
  ['text/markdown', (text: string) => `# ${text}\n\n${text} kostet viel.\n\n---\n\n${footer}\n`],
  ['text/plain', (text: string) => `${text} kostet viel.\n\n---\n${footer}\n`],
  ['text/html', (text: string) => `<h1>${text}</h1><p>${text} kostet viel.</p><hr><p>${footer}</p>`],
])(
  'a footer under a line in %s is found once, and no passage has it beside its own text',
  async (mediaType, render) => {
    const bench = await openKnowledge();
    onTestFinished(() => bench[Symbol.asyncDispose]());
    const documents = listSource(
      things.map((thing) => ({ id: thing, content: render(thing), mediaType, language: 'de' })),
    );
    const embedding = await openHashed();
    await bench.knowledge.ingest(
      { tenantId: 'praxis', sources: new Map([['docs', documents]]), embedding, languages: ['de'] },
      { mode: 'apply' },
      never,
    );
    await using search = await openRetrieval(bench, 'praxis', { config: { minScore: 0 }, embedding });
    const found = await search.retrieval.search({ text: 'Gilt die Gebührenordnung ohne Gewähr?' }, never);
    expect(found.filter(({ text }) => text.includes(footer)).map(({ text }) => text)).toEqual([footer]);
    const [first] = await search.retrieval.search({ text: 'Was kostet ein Inlay?' }, never);
    expect(first).toMatchObject({ document: 'Inlay', text: 'Inlay kostet viel.' });
  },
);
