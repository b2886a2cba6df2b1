import { crashDocuments } from './crash-documents.ts';
import { listSource, never, openHashed, openKnowledge } from './tenant-knowledge.ts';

/** `crash-child.ts <database> <round>`: ingests until it is killed. */
const [path = '', round = '0'] = process.argv.slice(2);
await using bench = await openKnowledge({ path });
const sources = new Map([['docs', listSource([...crashDocuments(Number(round))])]]);
const embedding = await openHashed(64);
process.send?.('begins');
await bench.knowledge.ingest({ tenantId: 'praxis', sources, embedding, languages: ['de'] }, { mode: 'apply' }, never);
process.send?.('done');
