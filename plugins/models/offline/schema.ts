import { Type } from 'typebox';

export const schema = Type.Object(
  {
    threshold: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        default: 0.52,
        description:
          'How much of a question must be found in a passage before it counts as answered. Higher: fewer, surer answers.',
      }),
    ),
    maxSentences: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 4, default: 3, description: 'The most sentences one answer quotes.' }),
    ),
  },
  { additionalProperties: false },
);
