import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';
import type { Retrieval } from '../../../core/contract/index.ts';
import { loadNative, type NativeModule } from '../../../plugins/retrieval/hnsw/native.ts';
import {
  type Bench,
  type FakeFile,
  listSource,
  never,
  openHashed,
  openKnowledge,
} from '../../core/knowledge/tenant-knowledge.ts';

const topics = [
  'Krone',
  'Implantat',
  'Parkplatz',
  'Öffnungszeit',
  'Rechnung',
  'Versicherung',
  'Notfall',
  'Röntgen',
  'Zahnstein',
  'Anfahrt',
];
const places = ['Berlin', 'Hamburg', 'Köln', 'Bremen', 'Dresden', 'Leipzig', 'Essen', 'Kassel', 'Mainz', 'Trier'];
/** A hundred rows, each a topic in a place. */
export const smallTable = (words: string) =>
  [
    'text',
    ...topics.flatMap((topic) =>
      places.map((place) => `${topic} ${words} in ${place} ab ${topic.length * 10 + place.length} Euro`),
    ),
  ].join('\n');

/** For a test of the HNSW index itself. Never for one of isolation, which has to hold with exact search too. */
export async function nativeOrSkip(context: TestContext): Promise<NativeModule> {
  return (
    (await loadNative()) ?? context.skip('hnswlib-node is not installed: an optional package, compiled at install')
  );
}

/** Is closed with the test. */
export async function openBench(): Promise<Bench> {
  const bench = await openKnowledge();
  onTestFinished(() => bench[Symbol.asyncDispose]());
  return bench;
}

/** Reads `files` as the only source. */
export async function ingest(
  bench: Bench,
  files: FakeFile[],
  tenantId = 'praxis',
  retrieval?: Retrieval,
): Promise<void> {
  await bench.knowledge.ingest(
    {
      tenantId,
      sources: new Map([['docs', listSource(files)]]),
      embedding: await openHashed(),
      languages: ['de'],
      ...(retrieval === undefined ? {} : { retrieval }),
    },
    { mode: 'apply' },
    never,
  );
}

/** Is removed with the test. */
export async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'polyphon-hnsw-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

export const table = (content: string): FakeFile => ({
  id: 'a.csv',
  content,
  mediaType: 'text/csv',
  rowTemplate: '{{ text }}',
});
