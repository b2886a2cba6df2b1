import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Retrieval } from '../../core/contract/index.ts';
import { createMemoryLedger } from '../../core/knowledge/memory-ledger.ts';
import { listSource, never, openHashed, openKnowledge, openRetrieval } from '../core/knowledge/tenant-knowledge.ts';
import { type Figure, quantile, residentMb } from './measure.ts';

const tenants = { count: 1000, chunks: 500, active: 20, limitBytes: 512_000_000 };

/** A thousand tenants under a limit of memory, twenty of them asked again and again. */
export async function measureTenants(): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'polyphon-tenants-'));
  try {
    await using bench = await openKnowledge({ path: join(directory, 'polyphon.db') });
    const embedding = await openHashed();
    const names = Array.from({ length: tenants.count }, (_, at) => `tenant-${at}`);
    const ingestMs = await timed(async () => {
      for (const [at, tenantId] of names.entries()) {
        const rows = Array.from(
          { length: tenants.chunks },
          (_, row) => `${wordsOf(at * 7919 + row)},${20 + (row % 80)}`,
        );
        const file = { id: 'a.csv', content: `name,price\n${rows.join('\n')}`, mediaType: 'text/csv' };
        const sources = new Map([['docs', listSource([file])]]);
        await bench.knowledge.ingest({ tenantId, sources, embedding, languages: ['en'] }, { mode: 'apply' }, never);
      }
    });
    const before = await residentMb();
    const memory = createMemoryLedger(tenants.limitBytes);
    const cold: number[] = [];
    const warm: number[] = [];
    let most = 0;
    await using opened = new AsyncDisposableStack();
    const retrievals: Retrieval[] = [];
    const ask = async (at: number, times: number[]) => {
      const query = { text: `price of ${wordsOf(at * 7919 + 3)}`, language: 'en' };
      times.push(await timed(async () => retrievals[at]?.search(query, never)));
      most = Math.max(most, memory.bytes);
    };
    // Twenty are asked again and again while the others come one by one.
    for (const [at, tenantId] of names.entries()) {
      retrievals.push(opened.use(await openRetrieval(bench, tenantId, { embedding, memory })).retrieval);
      await ask(at, cold);
      for (let active = Math.max(0, at - tenants.active); active < at; active += 1) await ask(active, warm);
    }
    const name = `${tenants.count} tenants x ${tenants.chunks} chunks`;
    return [
      { what: `${name}: all read`, value: ingestMs / 1000, unit: 's' },
      {
        what: `${name}: first question to a cold tenant, p95`,
        value: quantile(cold, 0.95),
        unit: 'ms',
        goal: { op: '<=', value: 150 },
      },
      { what: `${name}: later questions, p95`, value: quantile(warm, 0.95), unit: 'ms' },
      {
        what: `${name}: most memory in indexes`,
        value: most / 1e6,
        unit: 'MB',
        goal: { op: '<=', value: tenants.limitBytes / 1e6 },
      },
      {
        what: `${name}: resident memory of all that, at the end`,
        value: (await residentMb()) - before,
        unit: 'MB',
        goal: { op: '<=', value: tenants.limitBytes / 1e6 },
      },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const syllables = ['ba', 'ke', 'li', 'mo', 'nu', 'ra', 'se', 'ti', 'vo', 'za'];

/** Made-up names, another for each number. */
function wordsOf(number: number): string {
  return [...`${number}`.padStart(6, '0')]
    .map((digit) => syllables[Number(digit)])
    .join('')
    .replace(/(.{6})/, '$1 ');
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await run();
  return performance.now() - from;
}
