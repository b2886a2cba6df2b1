import { onTestFinished } from 'vitest';
import type { Embedding, Source } from '../../../core/contract/index.ts';
import type { IngestOptions } from '../../../core/knowledge/ingest-report.ts';
import { type Bench, never, openHashed, openKnowledge } from './tenant-knowledge.ts';

export async function open(path?: string): Promise<Bench> {
  const bench = await openKnowledge(path === undefined ? {} : { path });
  onTestFinished(() => bench[Symbol.asyncDispose]());
  return bench;
}

export async function ingest(
  bench: Bench,
  sources: Readonly<Record<string, Source>>,
  options: {
    readonly tenantId?: string;
    readonly mode?: IngestOptions['mode'];
    readonly embedding?: Embedding;
    readonly signal?: AbortSignal;
  } = {},
) {
  const request = {
    tenantId: options.tenantId ?? 'praxis',
    sources: new Map(Object.entries(sources)),
    embedding: options.embedding ?? (await openHashed()),
    languages: ['de'],
  };
  return bench.knowledge.ingest(request, { mode: options.mode ?? 'apply' }, options.signal ?? never);
}

export const rowsOf = (bench: Bench, sql: 'chunks' | 'postings' | 'figures', tenantId = 'praxis') => {
  const { knowledge } = bench.store.forTenant(tenantId);
  if (sql === 'figures') return knowledge.figures();
  if (sql === 'chunks') return knowledge.chunkCount();
  return knowledge.postings.read(['wkron', 'wgarantie', 'wbruck']);
};

export const warned = ({ log }: Bench) => log.lines.filter(({ level }) => level === 'warn');
