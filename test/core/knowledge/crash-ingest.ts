import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import BetterSqlite3 from 'better-sqlite3';
import { crashDocuments } from './crash-documents.ts';
import { backfill, openCrashEmbedding } from './crash-embedding.ts';
import { listSource, never, openKnowledge } from './tenant-knowledge.ts';

/**
 * Kills an ingest `kills` times at moments spread over its length, each time in other documents, and checks what is left: the file
 * every time, and what the next ingest makes of it every fifth time. Throws what is wrong.
 */
export async function crashIngest(path: string, kills: number): Promise<CrashRun> {
  let length = 1000;
  let caught = 0;
  let repaired = 0;
  for (let round = 1; round <= kills; round += 1) {
    const child = fork(fileURLToPath(new URL('./crash-child.ts', import.meta.url)), [path, `${round}`], {
      execArgv: [],
    });
    const exited = once(child, 'exit');
    await Promise.race([once(child, 'message'), exited]);
    const startedMs = performance.now();
    let ended = false;
    child.once('message', () => {
      ended = true;
      length = performance.now() - startedMs;
    });
    // The golden ratio spreads the moments evenly, however many there are.
    const waitMs = ((round * 0.618034) % 1) * length * 1.05;
    await Promise.race([new Promise((resolve) => setTimeout(resolve, waitMs)), exited]);
    child.kill('SIGKILL');
    await exited;
    if (!ended) caught += 1;
    checkFile(path);
    if (round % 5 > 0 && round < kills) continue;
    await checkRepair(path, round);
    repaired += 1;
  }
  return { caught, repaired };
}

export interface CrashRun {
  /** Kills that came while the ingest was at work. */
  readonly caught: number;
  /** Ingests after some kills that left each document once, and each of its words where it is. */
  readonly repaired: number;
}

/** No vector without its chunk, none beside one of the same embedding, and as many chunks as are counted. */
const contradictions = `SELECT (SELECT count(*) FROM next_vectors n WHERE NOT EXISTS (SELECT 1 FROM chunks c WHERE c.label = n.label))
  + (SELECT count(*) FROM next_vectors n JOIN chunks c ON c.label = n.label AND c.embedding_id = n.embedding_id)
  + abs((SELECT count(*) FROM chunks) - coalesce((SELECT sum(chunks) FROM corpora), 0))`;

/** The file is whole. */
function checkFile(path: string): void {
  const sqlite = new BetterSqlite3(path);
  try {
    const found = sqlite.pragma('integrity_check', { simple: true });
    if (found !== 'ok') throw new Error(`the file is damaged: ${found}`);
    const wrong = sqlite.prepare(contradictions).pluck().get();
    if (wrong !== 0) throw new Error(`${wrong} vectors are out of place`);
  } finally {
    sqlite.close();
  }
}

/** The next ingest leaves each document once and whole, and each of its words where it is and nowhere else. */
async function checkRepair(path: string, round: number): Promise<void> {
  const wanted = [...crashDocuments(round)];
  {
    await using bench = await openKnowledge({ path });
    const sources = new Map([['docs', listSource(wanted)]]);
    const embedding = await openCrashEmbedding(round);
    const request = { tenantId: 'praxis', sources, embedding, languages: ['de'] };
    const report = await bench.knowledge.ingest(request, { mode: 'apply' }, never);
    if (report.failures.length > 0) throw new Error(JSON.stringify(report.failures));
    const again = await bench.knowledge.ingest(request, { mode: 'apply' }, never);
    if (again.unchanged !== wanted.length) throw new Error(`only ${again.unchanged} are settled`);
    await backfill(bench, embedding);
  }
  const cleanPath = `${path}.clean-${round}`;
  {
    await using clean = await openKnowledge({ path: cleanPath });
    const sources = new Map([['docs', listSource(wanted)]]);
    const embedding = await openCrashEmbedding(round);
    await clean.knowledge.ingest(
      { tenantId: 'praxis', sources, embedding, languages: ['de'] },
      { mode: 'apply' },
      never,
    );
  }
  const [repaired, expected] = [contentOf(path), contentOf(cleanPath)];
  compare('documents', repaired.documents, expected.documents);
  compare('chunks', repaired.chunks, expected.chunks);
  compare('words', repaired.words, expected.words);
  compare('vectors', repaired.vectors, expected.vectors);
  compare('figures', [repaired.figures], [expected.figures]);
}

const placeOf = (chunk: { readonly document: string; readonly ordinal: number; readonly text: string }) =>
  `${chunk.document} ${chunk.ordinal} ${chunk.text}`;

function compare(what: string, got: readonly string[], wanted: readonly string[]): void {
  if (got.length === wanted.length && got.every((each, at) => each === wanted[at])) return;
  const [there, right] = [new Set(got), new Set(wanted)];
  const lacks = wanted.filter((each) => !there.has(each)).slice(0, 3);
  const extra = got.filter((each) => !right.has(each)).slice(0, 3);
  throw new Error(
    `${what}: ${got.length} instead of ${wanted.length}; lacks ${lacks.join(' | ')}; too many ${extra.join(' | ')}`,
  );
}

function contentOf(path: string) {
  const sqlite = new BetterSqlite3(path, { readonly: true });
  try {
    const documents = sqlite.prepare('SELECT document, chunks FROM documents ORDER BY source, document').all() as {
      document: string;
      chunks: number;
    }[];
    const chunks = sqlite
      .prepare('SELECT label, document, ordinal, text, words, grams, embedding_id AS embedding, vector FROM chunks')
      .all() as {
      label: number;
      document: string;
      ordinal: number;
      text: string;
      embedding: string;
      vector: Buffer;
    }[];
    const aside = sqlite.prepare("SELECT 'aside ' || label FROM next_vectors").pluck().all() as string[];
    const places = new Map(chunks.map((chunk) => [chunk.label, placeOf(chunk)]));
    const words: string[] = [];
    const postings = sqlite.prepare('SELECT term, entries FROM postings').all() as { term: string; entries: Buffer }[];
    for (const { term, entries } of postings) {
      for (let at = 0; at < entries.length; at += 6)
        words.push(`${term} ${places.get(entries.readUInt32LE(at)) ?? 'nowhere'} ${entries[at + 4]}`);
    }
    const figures = sqlite.prepare('SELECT chunks, words, grams FROM corpora').get() as Record<string, number>;
    return {
      documents: documents.map(({ document, chunks: count }) => `${document} ${count}`),
      chunks: chunks.map(placeOf).sort(),
      words: words.sort(),
      vectors: [
        ...chunks.map((chunk) => `${placeOf(chunk)} ${chunk.embedding} ${chunk.vector.toString('base64')}`).sort(),
        ...aside,
      ],
      figures: `${figures['chunks']} ${figures['words']} ${figures['grams']}`,
    };
  } finally {
    sqlite.close();
  }
}
