import { type TSchema, Type } from 'typebox';
import { oneOf, optional, ref } from './schema-words.ts';

/** Of the operators' routes of a messenger that lets programs write first. */
const newMessengerSession = Type.Object(
  {
    to: Type.String({
      maxLength: 200,
      description:
        'A telephone number as in +16505551234, or a user id of the platform; through Twilio also whatsapp:+16505551234.',
    }),
    name: optional(Type.String({ maxLength: 200 })),
    locale: optional(Type.String({ maxLength: 35, description: 'BCP 47.' })),
  },
  { additionalProperties: false },
);
const messageKey = {
  id: optional(Type.String({ maxLength: 200, description: 'The same id twice in a session is one message.' })),
};
const outgoingText = Type.String({ minLength: 1, maxLength: 20_000 });
const newMessengerMessage = Type.Object(
  {
    ...messageKey,
    text: optional(outgoingText),
    attachments: optional(
      Type.Array(
        Type.Object({
          kind: oneOf('image', 'audio', 'video', 'document', 'sticker'),
          url: Type.String({ format: 'uri', maxLength: 2000 }),
          mediaType: optional(Type.String({ maxLength: 120 })),
          name: optional(Type.String({ maxLength: 200 })),
        }),
        { maxItems: 5 },
      ),
    ),
  },
  { additionalProperties: false },
);
const newInteractiveMessage = Type.Object(
  { ...messageKey, text: outgoingText, actions: Type.Array(ref('Action'), { minItems: 1, maxItems: 10 }) },
  { additionalProperties: false },
);
const templateParameter = Type.String({ maxLength: 1024 });
const newTemplateMessage = Type.Object(
  {
    ...messageKey,
    template: Type.String({
      description: 'A name in `templates:` of the channel, or one of the platform (of Twilio a Content SID).',
    }),
    language: optional(Type.String({ description: 'As in en_US.' })),
    header: optional(
      Type.Object(
        {
          text: optional(Type.String({ maxLength: 60 })),
          image: optional(Type.String({ format: 'uri' })),
          video: optional(Type.String({ format: 'uri' })),
          document: optional(Type.String({ format: 'uri' })),
          name: optional(
            Type.String({ description: 'Of a text, that of its parameter; of a document, that of the file.' }),
          ),
        },
        { additionalProperties: false, description: 'What its heading needs: one of text, image, video, document.' },
      ),
    ),
    parameters: optional(
      Type.Union([Type.Array(templateParameter, { maxItems: 20 }), Type.Record(Type.String(), templateParameter)], {
        description: 'In order, or by their names where the template names them.',
      }),
    ),
    buttons: optional(
      Type.Array(
        Type.Object(
          {
            index: optional(Type.Integer({ minimum: 0, maximum: 9 })),
            url: optional(Type.String({ description: 'How its address ends.' })),
            reply: optional(Type.String({ description: 'The id that comes when it is pressed.' })),
            code: optional(Type.String({ description: 'What it copies.' })),
          },
          { additionalProperties: false, description: 'One of url, reply, code.' },
        ),
        { maxItems: 10 },
      ),
    ),
  },
  { additionalProperties: false },
);
const messageQueued = Type.Object({
  id: Type.String({ description: 'Of the message; it is stored and will be sent.' }),
});

/** What the operators' routes of a messenger take and give. Keys are component names. */
export const messengerSchemas = {
  NewMessengerSession: newMessengerSession,
  NewMessengerMessage: newMessengerMessage,
  NewInteractiveMessage: newInteractiveMessage,
  NewTemplateMessage: newTemplateMessage,
  MessageQueued: messageQueued,
} as const satisfies Readonly<Record<string, TSchema>>;
