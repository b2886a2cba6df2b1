import { type TSchema, Type } from 'typebox';
import { deliveryStates } from '../conversation/operator/operator-message.ts';

/** Schemas of what the HTTP interface takes and gives; `/openapi.json` is made from them. Keys are component names. */
const optional = Type.Optional;
const time = Type.String({ format: 'date-time' });
const ref = (name: string) => Type.Unsafe<unknown>({ $ref: `#/components/schemas/${name}` });
const list = (name: string) => Type.Array(ref(name));
const oneOf = (...words: readonly string[]) => Type.Unsafe<string>({ type: 'string', enum: words });
const whole = () => Type.Integer({ minimum: 0 });

const attachment = Type.Object({
  id: Type.String(),
  kind: oneOf('image', 'audio', 'video', 'document', 'sticker', 'location', 'contact', 'unsupported'),
  mediaType: Type.String(),
  name: optional(Type.String()),
  bytes: optional(whole()),
  url: optional(Type.String({ format: 'uri' })),
});

const action = Type.Object({ id: Type.String(), label: Type.String(), url: optional(Type.String({ format: 'uri' })) });

const citation = Type.Object({
  source: Type.String({ description: 'The key in `knowledge:`.' }),
  document: Type.String(),
  chunk: Type.String(),
  score: Type.Number({ minimum: 0, maximum: 1 }),
  title: Type.String(),
  url: optional(Type.String({ format: 'uri' })),
  page: optional(Type.Integer({ minimum: 1 })),
  row: optional(Type.Integer({ minimum: 1 })),
  quote: Type.String(),
});

const message = Type.Object({
  id: Type.String(),
  role: oneOf('contact', 'bot', 'operator', 'system'),
  text: Type.String(),
  attachments: list('Attachment'),
  actions: list('Action'),
  citations: list('Citation'),
  channel: Type.String({ description: 'The key in `channels:`.' }),
  createdAt: time,
});

const session = Type.Object({
  id: Type.String(),
  session: Type.String(),
  state: oneOf('active', 'paused', 'closed'),
  owner: oneOf('bot', 'human', 'paused'),
  channel: Type.String(),
  locale: optional(Type.String()),
  metadata: Type.Record(Type.String(), Type.Unknown()),
  createdAt: time,
  expiresAt: time,
});

const newSession = Type.Object(
  {
    contact: optional(
      Type.Object(
        {
          id: optional(Type.String({ maxLength: 200 })),
          name: optional(Type.String({ maxLength: 200 })),
          email: optional(Type.String({ maxLength: 200 })),
          phone: optional(Type.String({ maxLength: 200 })),
        },
        { additionalProperties: false, description: 'A claim of the website; it proves nothing.' },
      ),
    ),
    locale: optional(Type.String({ maxLength: 35, description: 'BCP 47.' })),
    metadata: optional(Type.Record(Type.String(), Type.Unknown(), { description: 'At most 4 kB.' })),
  },
  { additionalProperties: false },
);

const sessionOpened = Type.Object({
  session: Type.String(),
  token: Type.String({ description: 'Authorises everything below this session.' }),
  expiresAt: time,
  state: oneOf('active'),
});

const newMessage = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 128, description: "The client's own; the same id twice is one turn." }),
    text: optional(Type.String()),
    attachments: optional(Type.Array(ref('Attachment'), { maxItems: 5 })),
    action: optional(
      Type.Object({ id: Type.String(), label: optional(Type.String()) }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
);

const messageTaken = Type.Object({
  message: ref('Message'),
  turn: Type.String(),
  status: oneOf('stored', 'duplicate'),
});

const messageAnswered = Type.Object({
  message: ref('Message'),
  reply: Type.Union([ref('Message'), Type.Null()], { description: 'Null where a person answers later.' }),
  turn: Type.String(),
  status: oneOf('completed', 'failed', 'silent'),
});

const id = { id: Type.Integer({ minimum: 0, description: 'Increases within the session.' }) };
const event = (type: string, members: Readonly<Record<string, TSchema>>) =>
  Type.Object({ ...id, type: Type.Literal(type), ...members });
const turn = { turn: Type.String() };

const streamEvent = Type.Union(
  [
    event('message.received', { message: ref('Message') }),
    event('reply.started', turn),
    event('reply.delta', { ...turn, text: Type.String() }),
    event('reply.completed', {
      ...turn,
      message: ref('Message'),
      citations: list('Citation'),
      usage: Type.Object({ inputTokens: whole(), outputTokens: whole() }),
    }),
    event('reply.failed', { ...turn, code: Type.String(), message: optional(ref('Message')) }),
    event('typing', { role: oneOf('bot', 'operator') }),
    event('ownership.changed', { owner: oneOf('bot', 'human', 'paused') }),
    event('session.changed', { state: oneOf('active', 'paused', 'closed') }),
  ],
  { description: '`event:` of SSE is the type; on a socket each text frame is one event.' },
);

const problem = Type.Object(
  {
    type: Type.String(),
    status: Type.Integer(),
    code: Type.String({ pattern: '^[A-Z]{3}\\d{4}$', description: 'Stable; listed in core/ERRORS.md.' }),
    title: Type.String(),
    detail: Type.String(),
    instance: Type.String({ description: 'Names this occurrence, as in the log of the deployment.' }),
  },
  { description: 'RFC 9457.' },
);

const searchResult = Type.Object({
  source: Type.String(),
  document: Type.String(),
  chunk: Type.String(),
  score: Type.Number({ minimum: 0, maximum: 1 }),
  title: Type.String(),
  text: Type.String(),
  page: optional(Type.Integer({ minimum: 1 })),
  url: optional(Type.String({ format: 'uri' })),
});

const documentState = Type.Object({
  source: Type.String(),
  document: Type.String(),
  title: Type.String(),
  state: Type.String(),
  mediaType: optional(Type.String()),
  chunks: whole(),
  error: optional(Type.Object({ code: Type.String(), message: Type.String() })),
  readAt: time,
});

const conversation = Type.Object({
  id: Type.String(),
  channel: Type.String(),
  owner: oneOf('bot', 'human', 'paused'),
  session: optional(Type.String()),
  sessionState: optional(oneOf('active', 'paused', 'closed')),
  contact: optional(Type.Object({ id: Type.String(), name: optional(Type.String()) })),
  language: optional(Type.String()),
  misses: optional(whole()),
  handoff: optional(Type.String({ description: 'Why a person was asked for, while nobody has taken over.' })),
  createdAt: time,
  lastMessageAt: optional(time),
});

const usage = Type.Object({
  day: Type.String({ format: 'date' }),
  model: Type.String(),
  turns: whole(),
  inputTokens: whole(),
  outputTokens: whole(),
  cost: Type.Number({ description: 'By the prices in the definition when it was used.' }),
  currency: Type.String({ description: 'ISO 4217; empty where the model has no price.' }),
});

const operatorMessage = Type.Intersect([
  ref('Message'),
  Type.Object({
    delivery: optional(
      Type.Object({
        status: oneOf(...deliveryStates),
        reason: optional(Type.String()),
        note: optional(Type.String({ description: 'In the measure of the platform, as in `2 segments, UCS-2`.' })),
        at: optional(time),
        due: optional(time),
        repeated: optional(Type.Literal(true)),
      }),
    ),
    edited: optional(Type.Literal(true)),
    attachments: Type.Array(
      Type.Object({
        media: optional(
          Type.String({
            format: 'uri-reference',
            description: 'Where this server gives a file that the platform holds.',
          }),
        ),
      }),
    ),
  }),
]);

const deadLetter = Type.Object({
  id: Type.String(),
  state: Type.Union([Type.Literal('dead'), Type.Literal('uncertain')], {
    description:
      '`dead`: given up, it has not arrived. `uncertain`: it may have arrived; sent again, it may come twice.',
  }),
  conversation: Type.String(),
  channel: Type.String(),
  message: Type.String(),
  text: Type.String(),
  reason: Type.String(),
  attempts: whole(),
  createdAt: time,
});

const unansweredGroup = Type.Object({
  question: Type.String({ description: 'The latest of them.' }),
  count: Type.Integer(),
  lastAskedAt: Type.String({ format: 'date-time' }),
  language: optional(Type.String({ description: 'BCP 47.' })),
  alike: Type.Array(Type.String(), { description: 'Other wordings, latest first.' }),
  turns: Type.Array(Type.String(), { description: 'Turns, latest first.' }),
});
const webhookEntry = Type.Object({
  id: whole(),
  at: time,
  channel: Type.String(),
  method: Type.String(),
  route: Type.String(),
  status: Type.Integer(),
  taken: oneOf('accepted', 'ignored', 'rejected', 'failed'),
  detail: Type.String(),
  durationMs: Type.Number({ minimum: 0 }),
  headers: Type.Record(Type.String(), Type.String()),
  bodyBytes: whole(),
  shape: Type.Unsafe<unknown>({ description: 'The keys of the body with the types of their values.' }),
});

/** Of the operators' routes of a messenger that lets programs write first. */
const newMessengerSession = Type.Object(
  {
    to: Type.String({
      maxLength: 200,
      description: 'A telephone number as in +16505551234, or a user id of the platform.',
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
const newTemplateMessage = Type.Object(
  {
    ...messageKey,
    template: Type.String({ description: 'A name in `templates:` of the channel, or one of the platform.' }),
    language: optional(Type.String({ description: 'As in en_US.' })),
    parameters: optional(Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 20 })),
  },
  { additionalProperties: false },
);
const messageQueued = Type.Object({
  id: Type.String({ description: 'Of the message; it is stored and will be sent.' }),
});

const switchClaim = Type.Object(
  {
    channel: Type.String({ maxLength: 63, description: 'The key in `channels:`.' }),
    address: Type.String({ maxLength: 200, description: 'As in +49301234567. A claim, until it is proved.' }),
  },
  { additionalProperties: false },
);

const switchInvitation = Type.Object({
  channel: Type.String(),
  method: oneOf('code', 'word'),
  word: optional(Type.String({ description: 'With `method: word`, as in `switch ABCD2345`.' })),
  expiresAt: time,
});

const contact = Type.Object({
  id: Type.String(),
  name: optional(Type.String()),
  email: optional(Type.String()),
  phone: optional(Type.String()),
  identities: Type.Array(
    Type.Object({ channel: Type.String({ description: 'The key in `channels:`.' }), address: Type.String() }),
  ),
  conversations: optional(Type.Array(Type.String(), { description: 'Latest first; only of one contact.' })),
  createdAt: time,
});

export const apiSchemas = {
  SwitchClaim: switchClaim,
  SwitchInvitation: switchInvitation,
  Contact: contact,
  Problem: problem,
  Attachment: attachment,
  Action: action,
  Citation: citation,
  Message: message,
  Session: session,
  NewSession: newSession,
  SessionOpened: sessionOpened,
  NewMessage: newMessage,
  MessageTaken: messageTaken,
  MessageAnswered: messageAnswered,
  StreamEvent: streamEvent,
  SearchResult: searchResult,
  Document: documentState,
  Conversation: conversation,
  Usage: usage,
  OperatorMessage: operatorMessage,
  DeadLetter: deadLetter,
  WebhookEntry: webhookEntry,
  UnansweredGroup: unansweredGroup,
  NewMessengerSession: newMessengerSession,
  NewMessengerMessage: newMessengerMessage,
  NewInteractiveMessage: newInteractiveMessage,
  NewTemplateMessage: newTemplateMessage,
  MessageQueued: messageQueued,
} as const satisfies Readonly<Record<string, TSchema>>;
export type ApiSchemaName = keyof typeof apiSchemas;
