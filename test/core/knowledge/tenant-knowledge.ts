import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  Corpus,
  Embedding,
  Logger,
  Retrieval,
  RetrievalGrants,
  Source,
  SourceDocument,
} from '../../../core/contract/index.ts';
import { systemClock, systemRandom } from '../../../core/kernel/system.ts';
import { createKnowledge, type Knowledge } from '../../../core/knowledge/knowledge.ts';
import { createMemoryLedger } from '../../../core/knowledge/memory-ledger.ts';
import { openStore, type Store } from '../../../core/store/open-store.ts';
import { plugin as hashed } from '../../../plugins/embeddings/hashed/plugin.ts';
import { plugin as hnsw } from '../../../plugins/retrieval/hnsw/plugin.ts';
import { fakeHttp } from '../../kit/fake-http.ts';

export const never = new AbortController().signal;

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function recordingLog(): Logger & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const make = (bound: Readonly<Record<string, unknown>>): Logger & { readonly lines: LogLine[] } => {
    const write =
      (level: LogLine['level']) =>
      (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
        lines.push({ level, message, fields: { ...bound, ...fields } });
      };
    return {
      lines,
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      with: (fields) => make({ ...bound, ...fields }),
    };
  };
  return make({});
}

export interface Bench extends AsyncDisposable {
  readonly store: Store;
  readonly knowledge: Knowledge;
  readonly log: ReturnType<typeof recordingLog>;
}

/** A real store in memory, or in the file, with real knowledge on it. */
export async function openKnowledge(
  options: {
    readonly path?: string;
    readonly renderRow?: (template: string, row: Readonly<Record<string, string>>) => string;
  } = {},
): Promise<Bench> {
  const log = recordingLog();
  const store = await openStore({ path: options.path ?? ':memory:', clock: systemClock, log });
  const renderRow =
    options.renderRow ??
    ((template, row) => template.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => row[name] ?? ''));
  const knowledge = createKnowledge({ store, clock: systemClock, log, renderRow });
  return {
    store,
    knowledge,
    log,
    async [Symbol.asyncDispose]() {
      await knowledge[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

export interface FakeFile {
  readonly id: string;
  readonly content: string | Uint8Array;
  readonly mediaType?: string;
  readonly version?: string;
  readonly rowTemplate?: string;
  readonly language?: string;
}

/** A source over a list that a test may change between two ingests. Counts what is read. */
export function listSource(files: FakeFile[]): Source & { readonly reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    async *list() {
      for (const file of files) {
        const document: SourceDocument = {
          id: file.id,
          title: file.id,
          mediaType: file.mediaType ?? 'text/markdown',
          version: file.version ?? `${file.content.length}`,
          ...(file.rowTemplate === undefined ? {} : { rowTemplate: file.rowTemplate }),
          ...(file.language === undefined ? {} : { language: file.language }),
          read: async () => {
            reads.push(file.id);
            return typeof file.content === 'string' ? new TextEncoder().encode(file.content) : file.content.slice();
          },
        };
        yield document;
      }
    },
  };
}

const base = (tenantId: string, log: Logger, own: <R>(resource: R) => R) => ({
  tenantId,
  log,
  clock: systemClock,
  random: systemRandom,
  http: fakeHttp(),
  signal: never,
  own,
});

export async function openHashed(dimensions = 512): Promise<Embedding> {
  const log = recordingLog();
  return hashed.open({
    ...base('any', log, (resource) => resource),
    key: 'embedding',
    config: { dimensions },
    ports: {},
  });
}

export interface OpenRetrieval extends AsyncDisposable {
  readonly retrieval: Retrieval;
}

/** The hnsw plugin, opened as the kernel opens it. */
export async function openRetrieval(
  bench: Bench,
  tenantId: string,
  options: {
    readonly config?: Partial<{
      topK: number;
      minScore: number;
      hybrid: boolean;
      vectorWeight: number;
      exactBelow: number;
    }>;
    readonly embedding?: Embedding;
    readonly cacheDirectory?: string;
    readonly memory?: RetrievalGrants['memory'];
    readonly corpus?: Corpus;
  } = {},
): Promise<OpenRetrieval> {
  const owned: (AsyncDisposable | Disposable)[] = [];
  const own = <R>(resource: R): R => {
    owned.push(resource as AsyncDisposable);
    return resource;
  };
  const made = await mkdtemp(join(tmpdir(), 'polyphon-index-'));
  const retrieval = await hnsw.open({
    ...base(tenantId, bench.log, own),
    key: 'retrieval',
    config: { topK: 5, minScore: 0.35, hybrid: true, vectorWeight: 0.05, exactBelow: 5000, ...options.config },
    ports: { embedding: options.embedding ?? (await openHashed()) },
    corpus: options.corpus ?? bench.knowledge.corpus(tenantId),
    cacheDirectory: options.cacheDirectory ?? made,
    memory: options.memory ?? createMemoryLedger(1_000_000_000),
  });
  return {
    retrieval,
    async [Symbol.asyncDispose]() {
      for (const resource of owned.reverse()) {
        if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
        else resource[Symbol.dispose]();
      }
      await rm(made, { recursive: true, force: true });
    },
  };
}
