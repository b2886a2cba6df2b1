import { type Json, pathParameter, problems, text } from './operation.ts';

const parameters = [pathParameter('tenant'), pathParameter('channel')];

/** No body of ours: its form is the platform's, and its signature is made over its bytes. */
const signedBody = (description: string, ...mediaTypes: readonly string[]): Json => ({
  required: true,
  description,
  content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema: { type: 'object' } }])),
});

/** Each of these names what another platform signs with; a request needs that of its channel only. */
const signedBy = (...schemes: readonly string[]): readonly Json[] => schemes.map((scheme) => ({ [scheme]: [] }));

/** Answered when what the request brings is stored; platforms repeat what got another answer than 200. */
export const webhookPaths: Json = {
  '/v1/{tenant}/{channel}/webhook': {
    parameters,
    get: {
      tags: ['webhooks'],
      summary: 'WhatsApp: Meta verifies the address, and gets its challenge back',
      security: [],
      parameters: [
        { name: 'hub.mode', in: 'query', required: true, schema: { const: 'subscribe' } },
        {
          ...{ name: 'hub.verify_token', in: 'query', required: true, schema: { type: 'string' } },
          description: 'The text behind `verifyToken` of the channel.',
        },
        { name: 'hub.challenge', in: 'query', required: true, schema: { type: 'string', pattern: '^[\\w-]{1,200}$' } },
      ],
      responses: { 200: text('The challenge.', 'text/plain'), ...problems(403, 404, 405, 503) },
    },
    post: {
      tags: ['webhooks'],
      summary: 'What people wrote, and on WhatsApp what became of messages, from the platform of the channel',
      security: signedBy('telegramSecret', 'metaSignature', 'twilioSignature'),
      requestBody: signedBody(
        'As the platform of the channel defines it: an Update of the Bot API, a notification of the WhatsApp Cloud API, the form of an incoming message of Twilio. The signature is checked on the raw bytes.',
        'application/json',
        'application/x-www-form-urlencoded',
      ),
      responses: {
        200: {
          description:
            'It is stored, was stored before, or is of a kind that the channel does not take. Telegram may find a call to carry out in the answer, Twilio finds an empty TwiML.',
          content: {
            'application/json': { schema: { type: 'object' } },
            'text/xml': { schema: { type: 'string' } },
          },
        },
        ...problems(400, 401, 404, 405, 413, 415, 503),
      },
    },
  },
  '/v1/{tenant}/{channel}/status': {
    parameters,
    post: {
      tags: ['webhooks'],
      summary: 'Twilio: what became of a message',
      security: signedBy('twilioSignature'),
      requestBody: signedBody('The form of a status callback.', 'application/x-www-form-urlencoded'),
      responses: {
        200: text('It is stored. An empty TwiML.', 'text/xml'),
        ...problems(401, 404, 405, 413, 415, 503),
      },
    },
  },
};

/** What platforms sign with. */
export const webhookSecurity: Json = {
  telegramSecret: {
    ...{ type: 'apiKey', in: 'header', name: 'X-Telegram-Bot-Api-Secret-Token' },
    description: '`webhookSecret` of the channel, else one that `polyphon webhooks <tenant> set` tells Telegram.',
  },
  metaSignature: {
    ...{ type: 'apiKey', in: 'header', name: 'X-Hub-Signature-256' },
    description: '`sha256=` and the HMAC of the raw body with `appSecret`.',
  },
  twilioSignature: {
    ...{ type: 'apiKey', in: 'header', name: 'X-Twilio-Signature' },
    description: 'The HMAC of the public address and the form with `authToken`.',
  },
};
