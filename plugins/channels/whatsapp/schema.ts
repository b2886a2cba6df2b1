import { type Static, Type } from 'typebox';
import { template } from './template-schema.ts';

export const defaultBaseUrl = 'https://graph.facebook.com';
export const defaultApiVersion = 'v23.0';

/** TypeBox lets names that do not fit pass by; `propertyNames` refuses them. */
const templateKey = '^[a-z][a-z0-9_-]{0,63}$';

const secret = (description: string) => Type.String({ minLength: 1, maxLength: 2000, secret: true, description });

/** Config of `use: whatsapp`. */
export const schema = Type.Object(
  {
    phoneNumberId: Type.String({
      exclusive: true,
      pattern: '^[0-9]{1,30}$',
      description: 'Meta’s id of the number (not the number itself): WhatsApp > API Setup in the app’s dashboard',
    }),
    accessToken: secret('A system user’s token with whatsapp_business_messaging'),
    appSecret: secret('The app’s secret: webhooks are signed with it'),
    verifyToken: secret('A text of your own; entered once more in Meta’s webhook form'),
    wabaId: Type.Optional(
      Type.String({
        pattern: '^[0-9]{1,30}$',
        description: 'The id of the WhatsApp Business Account; lets `polyphon webhooks` subscribe the app to it',
      }),
    ),
    templates: Type.Record(Type.String({ pattern: templateKey }), template, {
      default: {},
      propertyNames: { type: 'string', pattern: templateKey },
      maxProperties: 100,
      description:
        'Approved templates by names of your own. `continue` (or `reply`) goes out instead of an answer that comes more than 24 hours after the person wrote',
    }),
    listLabel: Type.String({
      default: '☰',
      minLength: 1,
      maxLength: 20,
      description: 'What opens a list of more than three choices',
    }),
    markRead: Type.Union([Type.Literal('answered'), Type.Literal('received'), Type.Literal('never')], {
      default: 'answered',
      description:
        'When what people write gets the two blue marks: `answered` when the bot takes it up or somebody answers, `received` as soon as it is stored, `never` not at all, nor the sign that the bot writes',
    }),
    maxMediaBytes: Type.Integer({
      default: 16_000_000,
      minimum: 1,
      maximum: 100_000_000,
      description: 'The largest file that is fetched',
    }),
    baseUrl: Type.String({
      format: 'uri',
      pattern: '^https?://[^/?#]+/?$',
      default: defaultBaseUrl,
      description: 'Where the Graph API is',
    }),
    apiVersion: Type.String({ pattern: '^v[0-9]{1,3}\\.[0-9]{1,2}$', default: defaultApiVersion }),
  },
  { additionalProperties: false },
);

export type WhatsappConfig = Static<typeof schema>;
