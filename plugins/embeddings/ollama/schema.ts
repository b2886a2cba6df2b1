import { Type } from 'typebox';

export const schema = Type.Object(
  {
    model: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'The name of the model at the server, as in nomic-embed-text or bge-m3.',
      examples: ['bge-m3'],
    }),
    baseUrl: Type.String({
      format: 'uri',
      pattern: '^https?://',
      default: 'http://127.0.0.1:11434',
      description: 'The address of the Ollama server.',
    }),
    dimensions: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 8192, description: 'Length of a vector, for a model not known here.' }),
    ),
    batchSize: Type.Integer({ default: 32, minimum: 1, maximum: 512, description: 'Texts in one request.' }),
    maxTextLength: Type.Integer({
      default: 6000,
      minimum: 100,
      maximum: 200_000,
      description: 'Characters of one text; the rest is cut.',
    }),
    keepAlive: Type.String({
      unit: 'duration',
      pattern: '^[0-9]+(s|m|h)$',
      default: '10m',
      description: 'How long the server keeps the model in memory.',
    }),
    queryPrefix: Type.Optional(
      Type.String({ maxLength: 500, description: 'Put before questions; what the model wants unless told.' }),
    ),
    passagePrefix: Type.Optional(
      Type.String({ maxLength: 500, description: 'Put before passages; what the model wants unless told.' }),
    ),
    timeout: Type.String({ unit: 'duration', pattern: '^[0-9]+(s|m)$', default: '2m', description: 'One request.' }),
  },
  { additionalProperties: false },
);
