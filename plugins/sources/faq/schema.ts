import { Type } from 'typebox';

const text = Type.String({ minLength: 1, maxLength: 20_000 });

export const schema = Type.Object(
  {
    path: Type.Optional(
      Type.String({
        minLength: 1,
        format: 'folder-glob',
        description: "Glob of files with pairs inside the bot's folder: YAML, CSV or Markdown.",
        examples: ['knowledge/faq.yaml'],
      }),
    ),
    pairs: Type.Optional(
      Type.Array(
        Type.Object(
          {
            q: Type.Union([text, Type.Array(text, { minItems: 1, maxItems: 20 })], {
              description: 'The question, or several ways to ask it.',
            }),
            a: Type.String({ minLength: 1, maxLength: 20_000, description: 'The answer, in Markdown.' }),
            url: Type.Optional(Type.String({ format: 'uri', description: 'Where the answer is published; cited.' })),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 1000, description: 'Pairs that stand here.' },
      ),
    ),
    language: Type.Optional(
      Type.String({
        pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
        description: 'Language of the pairs; detected where it is not told.',
      }),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
);
