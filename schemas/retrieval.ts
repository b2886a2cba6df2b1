import { Type } from 'typebox';
import type { PluginKind } from '../core/contract/index.ts';
import { use, withBlock } from './plugin-use.ts';
import { listOrOne, oneOf, quantity, section } from './vocabulary.ts';

const optional = Type.Optional;

const filters = section(
  {
    sources: optional(listOrOne('Only from these entries of `knowledge`')),
    tags: optional(listOrOne('Only from entries of `knowledge` with one of these tags')),
    language: optional(
      listOrOne('`same`: only in the language of the question; `any`; or some, as in [de, fr]', {
        default: 'any',
      }),
    ),
  },
  { description: 'What the bot answers from' },
);
const rerank = section(
  {
    use: use('reranker'),
    with: optional(withBlock),
    candidates: optional(
      Type.Integer({ minimum: 2, maximum: 100, default: 20, description: 'Passages that are put into a new order' }),
    ),
    timeout: optional(
      quantity('duration', 'Longer than this a question does not wait; the own order serves then', { default: '2s' }),
    ),
  },
  { plugin: 'reranker' satisfies PluginKind, description: 'A second look at what was found' },
);

export const retrieval = section(
  {
    use: optional(Type.String({ default: 'hnsw', description: 'The name of an installed retrieval plugin' })),
    with: optional(withBlock),
    embedding: optional(
      section(
        {
          use: optional(Type.String({ default: 'hashed', description: 'The name of an installed embedding plugin' })),
          with: optional(withBlock),
        },
        { default: {}, plugin: 'embedding' satisfies PluginKind },
      ),
    ),
    cite: optional(Type.Boolean({ default: true, description: 'Show where an answer comes from' })),
    onMiss: optional(oneOf(['say-unknown', 'ask-model'], { default: 'say-unknown' })),
    perDocument: optional(
      Type.Integer({
        minimum: 1,
        maximum: 50,
        default: 3,
        description: 'Passages of one document at most, while others are as good; rows count for themselves',
      }),
    ),
    filters: optional(filters),
    rerank: optional(rerank),
  },
  { default: {}, plugin: 'retrieval' satisfies PluginKind },
);
