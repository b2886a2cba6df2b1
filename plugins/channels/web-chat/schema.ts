import { Type } from 'typebox';

const origin = Type.String({
  pattern: '^https?://[^/\\s?#*]+$',
  description: 'A web origin as browsers send it, as in https://shop.example; each one by its whole name',
});

/** Config of `use: web-chat`. */
export const schema = Type.Object(
  {
    origins: Type.Array(origin, {
      default: [],
      maxItems: 100,
      description: "Websites that may show this chat. The deployment's own origin always may; others are refused.",
    }),
    theme: Type.Object(
      {
        accent: Type.Optional(
          Type.String({ pattern: '^#[0-9a-fA-F]{6}$', description: 'Colour of buttons and links, as in #0f766e' }),
        ),
        radius: Type.Optional(Type.String({ pattern: '^\\d{1,2}px$', description: 'Rounding of corners, as in 12px' })),
        scheme: Type.Union([Type.Literal('auto'), Type.Literal('light'), Type.Literal('dark')], { default: 'auto' }),
      },
      { default: {}, additionalProperties: false },
    ),
    attachments: Type.Optional(
      Type.Object(
        {
          max: Type.String({
            pattern: '^\\d{1,4}(\\.\\d{1,2})?(kB|MB)$',
            description: 'The largest attachment, as in 8MB',
          }),
        },
        { additionalProperties: false, description: 'Allows attachments by https link. Absent: none are taken.' },
      ),
    ),
    maxChars: Type.Integer({
      default: 4000,
      minimum: 1,
      maximum: 20_000,
      description: 'The longest message, in characters',
    }),
    sessionsPerMinute: Type.Integer({
      default: 60,
      minimum: 1,
      maximum: 1_000_000,
      description: 'New sessions a minute that one address may open',
    }),
  },
  { additionalProperties: false },
);
