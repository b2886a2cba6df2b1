import { Type } from 'typebox';

export const schema = Type.Object(
  {
    topK: Type.Integer({
      default: 5,
      minimum: 1,
      maximum: 50,
      description: 'How many passages a question gets at most.',
    }),
    minScore: Type.Number({
      default: 0.35,
      minimum: 0,
      maximum: 1,
      description:
        'Passages below this score are not used. Raise it when the bot answers what it should not, lower it when it knows too little.',
    }),
    hybrid: Type.Boolean({ default: true, description: 'Search by words beside the search by vectors.' }),
    vectorWeight: Type.Number({
      default: 0.05,
      minimum: 0,
      maximum: 1,
      description:
        'Share of the vectors in the order of passages. 0.05 suits `hashed`; 0.5 to 0.7 an embedding with a model.',
    }),
    exactBelow: Type.Integer({
      default: 5000,
      minimum: 0,
      maximum: 200_000,
      description:
        'With fewer chunks every vector is compared, which is exact and fast enough; from here on an HNSW index is built.',
    }),
  },
  { additionalProperties: false },
);
