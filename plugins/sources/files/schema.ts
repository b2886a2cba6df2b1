import { Type } from 'typebox';

export const schema = Type.Object(
  {
    path: Type.String({
      minLength: 1,
      format: 'folder-glob',
      description: "Glob inside the bot's folder, as in knowledge/**/*.{md,pdf}.",
      examples: ['knowledge/**/*.{md,txt,html,pdf,docx}'],
    }),
    row: Type.Optional(
      Type.String({
        minLength: 1,
        template: 'row',
        description:
          'LiquidJS template that turns one row of a table (csv, tsv, xlsx) into a sentence, as in {{ name }}: {{ price }} EUR.',
      }),
    ),
    language: Type.Optional(
      Type.String({
        pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
        description: 'Language of these documents; detected where it is not told.',
      }),
    ),
  },
  { additionalProperties: false },
);
