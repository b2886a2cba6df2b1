import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Corpus } from '../contract/index.ts';
import type { KnowledgeRepository, StoredChunk } from '../store/knowledge-repository.ts';
import { chunkId } from './chunk-id.ts';
import { searchLexically } from './lexical-search.ts';
import type { LoopShare } from './loop-share.ts';
import { readyStems } from './ready-stems.ts';
import { undetermined } from './undetermined.ts';

/** Vectors read in one go: about a millisecond, so that a large index loads without holding up other tenants. */
const vectorsAtOnce = 128;
/** Of the few that a question is compared with: they lie apart, and where the disk has to be asked each takes its time. */
const vectorsInStep = 16;
/** The same for labels, which lie in an index. */
const labelsAtOnce = 5000;

/** With fewer chunks a whole search takes less than a pause is worth. */
const pausesFrom = 1500;

/**
 * One tenant's chunks as its retrieval sees them. Holds nothing in memory. In a large corpus what a search asks for waits for its part
 * of the event loop, and so does what the retrieval then makes of it: each may take milliseconds.
 */
export function createCorpus(repository: KnowledgeRepository, share: Pick<LoopShare, 'turn'>): Corpus {
  const turn = (): Promise<void> | undefined => (repository.chunkCount() < pausesFrom ? undefined : share.turn());
  return {
    async revision(signal) {
      await turn();
      signal.throwIfAborted();
      return repository.figures().revision;
    },
    async count(signal) {
      signal.throwIfAborted();
      return repository.chunkCount();
    },
    async *vectors(embeddingId, signal) {
      let after = 0;
      for (;;) {
        signal.throwIfAborted();
        const page = repository.vectors(embeddingId, { after, limit: vectorsAtOnce });
        yield* page;
        const last = page.at(-1);
        if (last === undefined || page.length < vectorsAtOnce) return;
        after = last.label;
        await nextTurn();
      }
    },
    async labels(embeddingId, signal) {
      const labels: number[] = [];
      for (;;) {
        signal.throwIfAborted();
        const page = repository.labels(embeddingId, { after: labels.at(-1) ?? 0, limit: labelsAtOnce });
        for (const label of page) labels.push(label);
        if (page.length < labelsAtOnce) return labels;
        await nextTurn();
      }
    },
    async *vectorsOf(embeddingId, labels, signal) {
      const isFew = labels.length <= vectorsAtOnce;
      const atOnce = isFew ? vectorsInStep : vectorsAtOnce;
      for (let start = 0; start < labels.length; start += atOnce) {
        signal.throwIfAborted();
        if (isFew) await turn();
        else if (start > 0) await nextTurn();
        yield* repository.vectorsOf(embeddingId, labels.slice(start, start + atOnce));
      }
    },
    async lexical(query, signal) {
      const asked = query.language === undefined ? [] : [query.language];
      await readyStems([...asked, ...repository.figures().languages]);
      await turn();
      signal.throwIfAborted();
      return searchLexically(repository, query, turn);
    },
    async passages(labels, signal) {
      await turn();
      signal.throwIfAborted();
      return repository.chunks(labels).map(passageOf);
    },
  };
}

function passageOf(chunk: StoredChunk) {
  const { label, source, document, ordinal, title, text, headings, language, url, page, row } = chunk;
  return {
    label,
    chunk: chunkId(source, document, ordinal),
    source,
    document,
    title,
    headings,
    text,
    ...(language === undefined || language === undetermined ? {} : { language }),
    ...(url === undefined ? {} : { url }),
    ...(page === undefined ? {} : { page }),
    ...(row === undefined ? {} : { row }),
  };
}
