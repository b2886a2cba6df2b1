import type { FakeFile } from './tenant-knowledge.ts';

const topics = ['Krone', 'Brücke', 'Inlay', 'Implantat', 'Zahnstein', 'Prothese', 'Röntgenbild', 'Narkose'];

/** Short documents, a long one and a table; a third of them is other in each round, and a few come and go. */
export function* crashDocuments(round: number): Generator<FakeFile> {
  const said = (index: number, edition: number) =>
    `${topics[index % topics.length]} Nummer ${index}, Fassung ${edition}, kostet ${100 + index} Euro und hält ${index % 9} Jahre.`;
  for (let index = 0; index < 40; index += 1) {
    if ((index + round) % 13 === 0) continue;
    const edition = index % 3 === 0 ? round : 0;
    yield { id: `${index}.md`, content: `# Blatt ${index}\n\n${said(index, edition)}`, version: `${edition}` };
  }
  const pages = Array.from({ length: 120 }, (_, index) => `## Teil ${index}\n\n${said(index, round)}`);
  yield { id: 'long.md', content: `# Alles\n\n${pages.join('\n\n')}`, version: `${round}` };
  const rows = Array.from({ length: 60 }, (_, index) => `${topics[index % topics.length]} ${index},${index + round}`);
  yield { id: 'prices.csv', content: `name,preis\n${rows.join('\n')}`, mediaType: 'text/csv', version: `${round}` };
}
