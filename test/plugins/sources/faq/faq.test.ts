import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openTenantFolder } from '../../../../core/config/tenant-folder.ts';
import type { Source, SourceDocument } from '../../../../core/contract/index.ts';
import { systemClock, systemRandom } from '../../../../core/kernel/system.ts';
import { textOfFile } from '../../../../core/knowledge/text-of-file.ts';
import { plugin } from '../../../../plugins/sources/faq/plugin.ts';
import {
  listSource,
  never,
  openHashed,
  openKnowledge,
  openRetrieval,
  recordingLog,
} from '../../../core/knowledge/tenant-knowledge.ts';
import { fakeHttp } from '../../../kit/fake-http.ts';

type Config = Parameters<typeof plugin.open>[0]['config'];

async function openFaq(config: Config, files: Readonly<Record<string, string>> = {}) {
  const root = await mkdtemp(join(tmpdir(), 'polyphon-faq-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'knowledge'), { recursive: true });
  const write = (path: string, text: string | Uint8Array) => writeFile(join(root, path), text);
  for (const [path, text] of Object.entries(files)) await write(path, text);
  const source: Source = await plugin.open({
    config,
    folder: openTenantFolder(root, textOfFile),
    tenantId: 'praxis',
    key: 'faq',
    log: recordingLog(),
    http: fakeHttp(),
    clock: systemClock,
    random: systemRandom,
    signal: never,
    ports: {},
    own: (resource) => resource,
  });
  const list = async (): Promise<readonly SourceDocument[]> => {
    const documents: SourceDocument[] = [];
    for await (const document of source.list(never)) documents.push(document);
    return documents;
  };
  return { source, list, write };
}

const textOf = async (document: SourceDocument | undefined) => new TextDecoder().decode(await document?.read(never));

it('reads pairs from YAML in its three forms, from CSV in the languages of authors, and from Markdown', async () => {
  const { list } = await openFaq(
    { path: 'knowledge/*', language: 'de' },
    {
      'knowledge/a.yaml':
        '- q: [Wann habt ihr auf?, Öffnungszeiten]\n  a: Montag bis Freitag.\n  url: https://praxis.example/zeiten\n',
      'knowledge/b.yaml': 'pairs:\n  - { question: Wo parke ich?, answer: In der Parkallee. }\n',
      'knowledge/c.yaml': 'Nehmt ihr Karten?: Ja, alle.\n',
      'knowledge/d.csv': 'Frage;Antwort\nBrauche ich einen Termin?;Ja, immer.\n',
      'knowledge/e.csv': 'Kann ich absagen?,Bis zum Vortag\n',
      'knowledge/f.md':
        '---\ntitle: FAQ\n---\n# Fragen\n\n## Gibt es **WLAN**?\n\nJa. Das Kennwort hängt aus.\n\n- im Wartezimmer\n\n## Leer\n',
    },
  );
  const documents = await list();
  expect(documents.map(({ title }) => title)).toEqual([
    'Wann habt ihr auf?',
    'Wo parke ich?',
    'Nehmt ihr Karten?',
    'Brauche ich einen Termin?',
    'Kann ich absagen?',
    'Gibt es WLAN?',
  ]);
  expect(documents[0]).toMatchObject({
    url: 'https://praxis.example/zeiten',
    language: 'de',
    mediaType: 'text/markdown',
  });
  expect(await textOf(documents[0])).toBe('# Wann habt ihr auf?\n\n## Öffnungszeiten\n\nMontag bis Freitag.\n');
  expect(await textOf(documents[5])).toContain('- im Wartezimmer');
});

it('keeps id and version of a pair when others come and go, and changes the version with its answer only', async () => {
  const { list, write } = await openFaq(
    { path: 'knowledge/faq.yaml' },
    { 'knowledge/faq.yaml': '- { q: One?, a: "1" }\n- { q: Two?, a: "2" }\n' },
  );
  const [, two] = await list();
  await write('knowledge/faq.yaml', '- { q: Zero?, a: "0" }\n- { q: Two?, a: "2" }\n');
  const [, same] = await list();
  expect([same?.id, same?.version]).toEqual([two?.id, two?.version]);
  await write('knowledge/faq.yaml', '- { q: Two?, a: "3" }\n');
  const [changed] = await list();
  expect(changed?.id).toBe(two?.id);
  expect(changed?.version).not.toBe(two?.version);
});

it.each([
  ['- q: [\n', 'line 2'],
  ['- { q: One?, a: x }\n# A remark.\n- { q: Two? }\n', 'line 3: a pair needs'],
  ['pairs:\n  - { q: One?, a: x }\n  - { q: Two? }\n', 'line 3: a pair needs'],
  ['One?: x\nTwo?:\n', 'line 2: a pair needs'],
  ['One?: x\nOne?: y\n', 'line 2, column 1: this question stands twice'],
  ['- { q: [One?, Two?], a: x }\n- { q: two?, a: y }\n', "line 2: the question 'two?' stands twice, first at"],
  ['- { q: One?, a: x }\n- { q: one?, a: y }\n', 'stands twice'],
  ['just text\n', 'neither a list'],
  [
    '- &a { q: One?, a: x }\n- [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n',
    '',
  ],
])('says where a malformed file is wrong: %j', async (text, where) => {
  const { list } = await openFaq({ path: 'knowledge/faq.yaml' }, { 'knowledge/faq.yaml': text });
  const failure = await list().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: 'SRC8104' });
  expect(String(failure)).toContain(where);
});

it.each([
  ['faq.csv', 'q;a\nOne?;x\n\n;\nTwo?;\n', 'row 5: a pair needs'],
  ['faq.md', '---\r\ntitle: T\r\n---\r\n# One?\r\n\r\nx\r\n\r\n# One?\r\n\r\ny\r\n', 'line 8: the question'],
])('counts rows and lines as an editor does: %s', async (name, text, where) => {
  const { list } = await openFaq({ path: 'knowledge/*' }, { [`knowledge/${name}`]: text });
  await expect(list()).rejects.toMatchObject({ code: 'SRC8104', message: expect.stringContaining(where) });
});

it('takes the pairs of bot.yaml for wrong too where two ask the same', async () => {
  const pairs = [
    { q: ['Who are you?', 'who are you?', 'Name?'], a: 'A bot.' },
    { q: 'Name?', a: 'Bob.' },
  ];
  const { list } = await openFaq({ pairs });
  await expect(list()).rejects.toMatchObject({
    code: 'SRC8104',
    message: expect.stringContaining("knowledge.faq.with.pairs[1]: the question 'Name?' stands twice"),
  });
  const found = await plugin.proofread({ pairs }, openTenantFolder(tmpdir()), never);
  expect(found).toMatchObject([{ at: ['pairs', 1], what: expect.stringContaining('first at pairs[0]') }]);
});

it.each([
  ['windows-1252', 'Stra\u00dfe und M\u00fcnchen'],
  ['windows-1251', 'Мы открыты с понедельника по пятницу, приходите к нам'],
])('reads a table that an office program saved in %s, and passes over its empty rows', async (encoding, answer) => {
  const letters = new Map(
    Array.from({ length: 256 }, (_, byte) => [new TextDecoder(encoding).decode(Uint8Array.of(byte)), byte]),
  );
  const text = `Frage;Antwort\r\nOne?;${answer}\r\n;\r\n`;
  const { list, write } = await openFaq({ path: 'knowledge/faq.csv' });
  await write('knowledge/faq.csv', Uint8Array.from([...text].map((letter) => letters.get(letter) ?? 0)));
  const documents = await list();
  expect(documents).toHaveLength(1);
  expect(await textOf(documents[0])).toContain(answer);
});

it('says that no file fits, so that a wrong path does not empty the index', async () => {
  const { list } = await openFaq({ path: 'knowledge/fqa.yaml' });
  await expect(list()).rejects.toMatchObject({ code: 'SRC8104' });
});

it('lets the exact question find its own pair before passages that say its words more often', async () => {
  const questions = [
    'How long is the warranty?',
    'How long does delivery take?',
    'Can I return a lamp?',
    'Do you deliver to Austria?',
    'How can I pay?',
    'Is there a warranty for bulbs?',
  ];
  const pairs = questions.map((q, index) => ({ q, a: `Answer number ${index}, in a sentence of its own.` }));
  const { source } = await openFaq({ pairs });
  const leaflet = `# Warranty and delivery\n\nThe warranty is long. How long the warranty is depends on the lamp: the warranty of a lamp is two years, the warranty of bulbs is one. Delivery takes long in winter; how long delivery takes depends on the country. You can pay on delivery, and return a lamp after delivery. We deliver to Austria and to Italy, where delivery takes longer.`;
  await using bench = await openKnowledge();
  const sources = new Map([
    ['faq', source],
    ['files', listSource([{ id: 'leaflet.md', content: leaflet }])],
  ]);
  await bench.knowledge.ingest(
    { tenantId: 'shop', sources, embedding: await openHashed(), languages: ['en'] },
    { mode: 'apply' },
    never,
  );
  await using open = await openRetrieval(bench, 'shop');
  for (const [index, text] of questions.entries()) {
    const [first] = await open.retrieval.search({ text, language: 'en' }, never);
    expect(first?.title).toBe(text);
    expect(first?.text).toContain(`Answer number ${index}`);
  }
});
