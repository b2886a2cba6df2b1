import { existsSync } from 'node:fs';
import type { DefinitionLoader } from '../../config/definition-loader.ts';
import type { Logger } from '../../contract/index.ts';
import { storePath } from '../../kernel/store-path.ts';
import type { Store } from '../../store/open-store.ts';
import type { Deployment } from '../deployment.ts';
import type { Shell } from '../shell.ts';
import { count } from '../wording.ts';
import { type Finding, fine, warn } from './finding.ts';

const topic = 'Embeddings';

/** Bots with chunks that have no vectors yet of the embedding that their definition asks for. */
export async function checkEmbeddings(
  loader: Pick<DefinitionLoader, 'earlier'>,
  tenantIds: readonly string[],
  { settings, dataDirectory }: Deployment,
  { terminal }: Pick<Shell, 'terminal'>,
  log: Logger,
): Promise<readonly Finding[]> {
  const path = storePath(settings, dataDirectory);
  if (!existsSync(path)) return [];
  try {
    const { openStore } = await import('../../store/open-store.ts');
    await using store = await openStore({ path, clock: terminal.clock, log });
    const findings: Finding[] = [];
    for (const tenantId of tenantIds) findings.push(...(await checkOne(store, loader, tenantId, terminal.signal)));
    return findings;
  } catch {
    terminal.signal.throwIfAborted();
    // The check of the store has told what is wrong with it.
    return [];
  }
}

async function checkOne(
  store: Store,
  loader: Pick<DefinitionLoader, 'earlier'>,
  tenantId: string,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { embeddings, knowledge } = store.forTenant(tenantId);
  const served = embeddings.served();
  if (served === undefined) return [];
  const { embeddingId, error } = served.next ?? { embeddingId: served.embeddingId };
  const total = knowledge.chunkCount();
  const made = total - embeddings.lacking(embeddingId);
  if (served.next === undefined && made === total) return [];
  const isServed = embeddingId === served.embeddingId;
  const earlier = isServed ? {} : await loader.earlier(tenantId, served.definition, signal);
  const meanwhile = isServed
    ? 'words find the others until then'
    : 'reason' in earlier
      ? `${served.embeddingId} cannot be used any more (${earlier.reason}): words answer until then`
      : `${served.embeddingId} answers until then`;
  const last = error === undefined ? '' : `; the last attempt failed: ${error.message}`;
  const fact = `${tenantId}: ${made} of ${count(total, 'chunk')} have vectors of ${embeddingId}; ${meanwhile}${last}`;
  const details = { tenant: tenantId, embedding: embeddingId, made, total, ...(error && { code: error.code }) };
  if (error === undefined && !('reason' in earlier)) return [{ ...fine(topic, fact), details }];
  const next = `\`polyphon ingest ${tenantId}\` makes the rest; a server that runs goes on by itself.`;
  return [{ ...warn(topic, fact, next), details }];
}
