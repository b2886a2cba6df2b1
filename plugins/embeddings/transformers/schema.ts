import { Type } from 'typebox';

export const schema = Type.Object(
  {
    model: Type.String({
      default: 'Xenova/multilingual-e5-small',
      pattern: '^[\\w.-]+(/[\\w.-]+)?$',
      maxLength: 200,
      description: 'The name of the model at the hub, or of its folder below `folder`.',
    }),
    folder: Type.Optional(
      Type.String({
        pattern: '^/',
        description: 'An absolute path with models in folders; nothing is downloaded. Otherwise the hub, once.',
      }),
    ),
    dimensions: Type.Integer({
      default: 384,
      minimum: 1,
      maximum: 8192,
      description: 'Length of a vector of this model.',
    }),
    pooling: Type.Union([Type.Literal('mean'), Type.Literal('cls')], {
      default: 'mean',
      description: 'How the vectors of the words become one; the model’s page says it.',
    }),
    dtype: Type.Union([Type.Literal('fp32'), Type.Literal('fp16'), Type.Literal('q8'), Type.Literal('q4')], {
      default: 'q8',
      description: 'Precision of the weights: q8 is a quarter of fp32 in size and memory.',
    }),
    batchSize: Type.Integer({ default: 8, minimum: 1, maximum: 256, description: 'Texts in one run of the model.' }),
    maxTextLength: Type.Integer({
      default: 4000,
      minimum: 100,
      maximum: 100_000,
      description: 'Characters of one text.',
    }),
    queryPrefix: Type.String({
      default: 'query: ',
      maxLength: 500,
      description: 'Put before questions, as E5 models want.',
    }),
    passagePrefix: Type.String({ default: 'passage: ', maxLength: 500, description: 'Put before passages.' }),
  },
  { additionalProperties: false },
);
