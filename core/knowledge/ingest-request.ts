import type { Clock, Embedding, Logger, Retrieval, Source } from '../contract/index.ts';
import type { KnowledgeStore } from '../store/knowledge-repository.ts';

export interface IngestRequest {
  readonly tenantId: string;
  /** By the key in `knowledge:`. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Keys in `knowledge:` that are not listed this time: their documents stay as they are. */
  readonly resting?: ReadonlySet<string>;
  readonly embedding: Embedding;
  /** The languages of the bot: what a chunk's language is detected among. */
  readonly languages: readonly string[];
  /** The open index, where there is one. */
  readonly retrieval?: Pick<Retrieval, 'sync'>;
}

export interface IngestServices {
  readonly store: KnowledgeStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** Turns one row of a table into a sentence by the template of its source. */
  readonly renderRow: (template: string, row: Readonly<Record<string, string>>) => string;
}
