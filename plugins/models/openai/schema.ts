import { Type } from 'typebox';

export const defaultBaseUrl = 'https://api.openai.com/v1';

export const schema = Type.Object(
  {
    model: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'The name of the model at the service, as in gpt-4.1-mini.',
    }),
    apiKey: Type.Optional(
      Type.String({
        secret: true,
        description: 'The key of the service. Leave it out where none is needed (a local server).',
      }),
    ),
    baseUrl: Type.Optional(
      Type.String({
        format: 'uri',
        pattern: '^https?://',
        default: defaultBaseUrl,
        description: 'Any service that speaks Chat Completions: Azure, Mistral, Groq, vLLM, Ollama, llama.cpp.',
      }),
    ),
    temperature: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 2,
        description: 'Left to the service unless given; reasoning models refuse it.',
      }),
    ),
    maxTokens: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 200_000, description: 'The longest answer, in tokens.' }),
    ),
    timeout: Type.Optional(
      Type.String({
        pattern: '^[0-9]+(ms|s|m)$',
        default: '60s',
        description: 'The whole exchange, in ms, s or m. `llm.deadline` usually ends it sooner.',
      }),
    ),
    organization: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'Sent as OpenAI-Organization.' }),
    ),
    project: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Sent as OpenAI-Project.' })),
    images: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Show the model the pictures that people send. For models that see; pictures cost tokens.',
      }),
    ),
    streamUsage: Type.Optional(
      Type.Boolean({
        default: true,
        description: 'Ask for token counts in the stream. Turn it off for a server that refuses stream_options.',
      }),
    ),
  },
  { additionalProperties: false },
);
