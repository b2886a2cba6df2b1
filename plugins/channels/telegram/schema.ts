import { Type } from 'typebox';

/** Config of `use: telegram`. */
export const schema = Type.Object(
  {
    token: Type.String({
      secret: true,
      exclusive: true,
      pattern: '^[0-9]{1,20}:[A-Za-z0-9_-]{8,128}$',
      description: 'What BotFather gave: the number of the bot, a colon and its key',
    }),
    webhookSecret: Type.Optional(
      Type.String({
        secret: true,
        pattern: '^[A-Za-z0-9_-]{1,256}$',
        description: 'What Telegram sends in X-Telegram-Bot-Api-Secret-Token. Absent: derived from the token.',
      }),
    ),
    mode: Type.Union([Type.Literal('webhook'), Type.Literal('polling')], {
      default: 'webhook',
      description: 'How updates arrive. `polling` needs no public address; one process only may poll a bot.',
    }),
    baseUrl: Type.String({
      default: 'https://api.telegram.org',
      pattern: '^https?://[^\\s?#]+$',
      description: 'Another Bot API server than the public one',
    }),
    groups: Type.Union([Type.Literal('addressed'), Type.Literal('off')], {
      default: 'addressed',
      description: 'In groups the bot hears commands, mentions of it and replies to it; or nothing',
    }),
    maxConnections: Type.Integer({
      default: 40,
      minimum: 1,
      maximum: 100,
      description: 'How many updates Telegram may send at once',
    }),
  },
  { additionalProperties: false },
);
