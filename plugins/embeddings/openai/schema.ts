import { Type } from 'typebox';

export const defaultBaseUrl = 'https://api.openai.com/v1';

export const schema = Type.Object(
  {
    model: Type.String({
      default: 'text-embedding-3-small',
      minLength: 1,
      maxLength: 200,
      description: 'The name of the model at the service.',
    }),
    apiKey: Type.Optional(
      Type.String({ secret: true, description: 'The key of the service. Leave it out where none is needed.' }),
    ),
    baseUrl: Type.String({
      format: 'uri',
      pattern: '^https?://',
      default: defaultBaseUrl,
      description: 'Any service that speaks OpenAI’s /embeddings: Azure, Mistral, vLLM, llama.cpp, LocalAI.',
    }),
    dimensions: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 8192,
        description: 'Length of a vector. Needed for models that are not OpenAI’s; shortens those of text-embedding-3.',
      }),
    ),
    batchSize: Type.Integer({ default: 96, minimum: 1, maximum: 2048, description: 'Texts in one request.' }),
    maxTextLength: Type.Integer({
      default: 20_000,
      minimum: 100,
      maximum: 1_000_000,
      description: 'Characters of one text; the rest is cut.',
    }),
    queryPrefix: Type.Optional(Type.String({ maxLength: 500, description: 'Put before questions, as in "query: ".' })),
    passagePrefix: Type.Optional(
      Type.String({ maxLength: 500, description: 'Put before passages, as in "passage: ".' }),
    ),
    pricePerMillionTokens: Type.Optional(
      Type.String({ unit: 'money', description: 'For the estimate of `ingest --dry-run`, as in 0.02 USD.' }),
    ),
    timeout: Type.String({ unit: 'duration', pattern: '^[0-9]+(s|m)$', default: '60s', description: 'One request.' }),
  },
  { additionalProperties: false },
);
