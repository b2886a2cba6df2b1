import { type Static, Type } from 'typebox';

export const defaultBaseUrl = 'https://api.twilio.com';

const contentSid = Type.String({
  pattern: '^HX[0-9a-fA-F]{32}$',
  description: "The template's Content SID: Content Template Builder in Twilio's console",
});

const template = Type.Union([
  contentSid,
  Type.Object(
    {
      contentSid,
      parameters: Type.Optional(
        Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), {
          maxItems: 20,
          description: 'What {{1}}, {{2}} … of its body become; {{ text }} stands for the answer, on one line',
        }),
      ),
    },
    { additionalProperties: false },
  ),
]);

/** Config of `use: twilio-messaging`. */
export const schema = Type.Object(
  {
    accountSid: Type.String({
      secret: true,
      minLength: 1,
      maxLength: 100,
      pattern: '^[A-Za-z0-9_-]+$',
      description: "The account's SID, which begins with AC: the first page of Twilio's console",
    }),
    authToken: Type.String({
      secret: true,
      minLength: 1,
      maxLength: 200,
      pattern: '^[\\x21-\\x7e]+$',
      description: "The account's primary auth token: requests are made with it, and webhooks are signed with it",
    }),
    from: Type.Optional(
      Type.String({
        exclusive: true,
        pattern: '^(?:(?:whatsapp:)?\\+[1-9][0-9]{6,14}|[1-9][0-9]{2,7})$',
        description: 'The number that sends: +4930111222, a short code, or whatsapp:+4930111222',
      }),
    ),
    messagingServiceSid: Type.Optional(
      Type.String({
        exclusive: true,
        pattern: '^MG[0-9a-fA-F]{32}$',
        description: 'A Messaging Service that chooses the sender, instead of `from` or with it',
      }),
    ),
    templates: Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_-]{0,63}$' }), template, {
      default: {},
      maxProperties: 100,
      description:
        'Templates by name: on WhatsApp `continue` (or `reply`) goes out instead of an answer that comes more than 24 hours after the person wrote; others a program sends by `POST …/templates`',
    }),
    maxMediaBytes: Type.Integer({
      default: 16_000_000,
      minimum: 1,
      maximum: 100_000_000,
      description: 'The largest file that is fetched',
    }),
    baseUrl: Type.String({
      default: defaultBaseUrl,
      pattern: '^https?://[^/?#\\s]+/?$',
      description: "Another region's API, as in https://api.dublin.ie1.twilio.com",
    }),
  },
  {
    additionalProperties: false,
    // Written as a condition, so that the diagnostic says which key to add.
    if: { not: { required: ['messagingServiceSid'] } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { required: ['from'] },
  },
);

export type TwilioConfig = Static<typeof schema>;
