import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Of the ids of embeddings, which may hold any letter. */
const nameLength = 16;

/** Where a retrieval keeps what it can make again: one folder an embedding, so that two of them stand beside each other. */
export function indexFolder(tenantFolder: string, embeddingId: string | undefined): string {
  return join(tenantFolder, nameOf(embeddingId));
}

/** Removes what was kept for other embeddings. */
export async function removeOtherIndexes(tenantFolder: string, embeddingId: string): Promise<void> {
  const names = await readdir(tenantFolder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const kept = nameOf(embeddingId);
  for (const name of names) if (name !== kept) await rm(join(tenantFolder, name), { recursive: true, force: true });
}

function nameOf(embeddingId: string | undefined): string {
  if (embeddingId === undefined) return 'words';
  return createHash('sha256').update(embeddingId).digest('hex').slice(0, nameLength);
}
