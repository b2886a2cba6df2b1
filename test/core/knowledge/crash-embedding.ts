import type { Embedding } from '../../../core/contract/index.ts';
import { type Bench, never, openHashed } from './tenant-knowledge.ts';

/** Another one every second round. */
export function openCrashEmbedding(round: number): Promise<Embedding> {
  return openHashed([64, 96, 128][(round >> 1) % 3]);
}

/** What the kernel does after a reading. */
export async function backfill(bench: Bench, embedding: Embedding): Promise<void> {
  const request = {
    tenantId: 'praxis',
    embedding,
    definition: { use: embedding.id },
    prepare: async () => {},
    onServing: async () => {},
  };
  const { missing, error } = await bench.knowledge.backfill(request, never);
  if (missing > 0) throw new Error(`${missing} vectors are lacking: ${error?.message}`);
}
