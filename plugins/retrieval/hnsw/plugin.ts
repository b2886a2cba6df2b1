import type { Plugin } from 'polyphon/plugin';
import { HybridRetrieval } from './hybrid-retrieval.ts';
import { IndexFile } from './index-file.ts';
import { IndexKeeper } from './index-keeper.ts';
import { loadNative } from './native.ts';
import { schema } from './schema.ts';

/** Search by words and vectors, with one index a tenant. */
export const plugin = {
  contract: 1,
  kind: 'retrieval',
  name: 'hnsw',
  schema,
  needs: ['embedding'],
  async open({ config, tenantId, corpus, cacheDirectory, memory, ports, log, signal, own }) {
    const { embedding } = ports;
    const keeper = own(
      new IndexKeeper({
        tenantId,
        corpus,
        embedding,
        memory,
        file: new IndexFile(cacheDirectory),
        loadNative,
        exactBelow: config.exactBelow,
        log,
        signal,
      }),
    );
    return new HybridRetrieval({ config, corpus, embedding, keeper, log, chunks: await corpus.count(signal) });
  },
} satisfies Plugin<'retrieval', typeof schema, 'embedding'>;
