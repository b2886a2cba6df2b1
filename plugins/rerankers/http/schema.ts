import { Type } from 'typebox';

export const schema = Type.Object(
  {
    url: Type.String({
      format: 'uri',
      pattern: '^https?://',
      maxLength: 2000,
      description: 'The whole address, as in https://api.jina.ai/v1/rerank.',
    }),
    format: Type.Enum(['cohere', 'tei'], {
      default: 'cohere',
      description:
        '`cohere` is what Cohere, Jina, vLLM, llama.cpp, LocalAI and others speak, `tei` Text Embeddings Inference.',
    }),
    model: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'The name at the service; servers with one model need none.',
      }),
    ),
    apiKey: Type.Optional(
      Type.String({ secret: true, description: 'The key of the service. Leave it out where none is needed.' }),
    ),
    maxTextLength: Type.Integer({
      default: 4000,
      minimum: 100,
      maximum: 100_000,
      description: 'Characters of one passage; the rest is cut.',
    }),
    minScore: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'Only for models whose scores from 0 to 1 mean the same for every question: passages below are not used, and it decides what is unknown.',
      }),
    ),
  },
  { additionalProperties: false },
);
