import type { TenantRevision } from './tenant-revision.ts';

/** Has the revision's embedding make one vector, as for a question: it does not wait long. @throws why it cannot. */
export async function tryEmbedding(revision: TenantRevision, signal: AbortSignal): Promise<void> {
  using _lease = revision.lease();
  const embedding = await revision.embedding();
  await embedding.embed(['polyphon'], 'query', signal);
}
