import type { Embedding, Retrieval } from '../contract/index.ts';
import { embeddingToken, type PlannedPort } from './open-plan.ts';
import type { OpenedPort, PortOpener } from './port-opener.ts';

/**
 * Opens a retrieval whose embedding does not open, because its package or its model is gone: it finds by words what is stored.
 * Each search by vectors fails with `why`.
 */
export async function openWordsSearch(
  retrieval: PlannedPort,
  why: unknown,
  { opener, port }: { readonly opener: PortOpener; port(token: string): Promise<unknown> },
): Promise<OpenedPort & { readonly port: Retrieval }> {
  const absent: Embedding = {
    id: 'words',
    dimensions: 1,
    embed: () => Promise.reject(why),
  };
  const needed: unknown[] = [];
  for (const need of retrieval.needs) needed.push(need === embeddingToken ? absent : await port(need));
  const opened = await opener.open(retrieval, needed);
  return { ...opened, port: opened.port as Retrieval };
}
