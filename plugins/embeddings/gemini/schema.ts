import { Type } from 'typebox';

export const schema = Type.Object(
  {
    model: Type.String({
      default: 'gemini-embedding-001',
      minLength: 1,
      maxLength: 200,
      description: 'The name of the embedding model.',
    }),
    apiKey: Type.String({ secret: true, description: 'A key of Google AI Studio.' }),
    dimensions: Type.Integer({
      default: 768,
      minimum: 128,
      maximum: 3072,
      description: 'Length of a vector; 768, 1536 and 3072 are what Google recommends.',
    }),
    baseUrl: Type.String({
      format: 'uri',
      pattern: '^https?://',
      default: 'https://generativelanguage.googleapis.com/v1beta/openai',
      description: 'The address of the API in the form that OpenAI’s clients speak.',
    }),
    pricePerMillionTokens: Type.Optional(
      Type.String({ unit: 'money', description: 'For the estimate of `ingest --dry-run`, as in 0.15 USD.' }),
    ),
    timeout: Type.String({ unit: 'duration', pattern: '^[0-9]+(s|m)$', default: '60s', description: 'One request.' }),
  },
  { additionalProperties: false },
);
