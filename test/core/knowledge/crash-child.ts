import { crashDocuments } from './crash-documents.ts';
import { backfill, openCrashEmbedding } from './crash-embedding.ts';
import { listSource, never, openKnowledge } from './tenant-knowledge.ts';

/** `crash-child.ts <database> <round>`: ingests, and makes vectors of another embedding, until it is killed. */
const [path = '', round = '0'] = process.argv.slice(2);
await using bench = await openKnowledge({ path });
const sources = new Map([['docs', listSource([...crashDocuments(Number(round))])]]);
const embedding = await openCrashEmbedding(Number(round));
process.send?.('begins');
await bench.knowledge.ingest({ tenantId: 'praxis', sources, embedding, languages: ['de'] }, { mode: 'apply' }, never);
await backfill(bench, embedding);
process.send?.('done');
